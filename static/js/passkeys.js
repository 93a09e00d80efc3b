/**
 * Passkeys on forms: `data-passkey` says what for (login, get or create), `data-passkey-options` which element holds the
 * options as JSON; a login asks the form's address for them. What stands in `data-passkey-offer` is shown where the
 * browser has passkeys. The JSON of keys is read and written by webauthn-json, which allauth ships.
 */
const has = "PublicKeyCredential" in window && window.webauthnJSON?.supported();

if (has) for (const offer of document.querySelectorAll("[data-passkey-offer]")) offer.hidden = false;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void use(form);
  });
}

/** Have the browser make or use a passkey, then send the form with what came of it. */
async function use(form) {
  const button = form.querySelector("button:not([type=button])");
  tell(form, "");
  if (!has) return tell(form, "This browser has no passkeys. Use another browser, or another way in.");
  button.disabled = true;
  try {
    const options = await optionsOf(form);
    const made = form.dataset.passkey === "create" ? create(form, options) : window.webauthnJSON.get(options);
    form.elements.credential.value = JSON.stringify(await made);
    HTMLFormElement.prototype.submit.call(form);
  } catch (error) {
    tell(form, sentence(error));
    button.disabled = false;
  }
}

async function optionsOf(form) {
  const { passkeyOptions } = form.dataset;
  if (passkeyOptions) {
    const held = JSON.parse(document.getElementById(passkeyOptions).textContent);
    return held.creation_options ?? held.request_options;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (answer.status === 429) throw new Error("too many");
  return (await answer.json()).request_options;
}

/** Make a passkey that is enough by itself, or, without the tick, one that is only asked for after a password. */
function create(form, options) {
  const tick = form.elements.passwordless;
  if (tick) {
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = tick.checked ? "required" : "discouraged";
    wanted.requireResidentKey = tick.checked;
    if (tick.checked) wanted.userVerification = "required";
  }
  return window.webauthnJSON.create(options);
}

function sentence(error) {
  if (error.message === "too many") return "Too many tries. Wait a minute, then try again.";
  if (error.name === "NotAllowedError") return "No passkey was used: it was cancelled, or took too long. Nothing was changed.";
  if (error.name === "InvalidStateError") return "This device has a passkey of your account already.";
  if (error.name === "SecurityError") return "Passkeys work only over https, or on localhost.";
  return "That did not work. Try again, or use another way in.";
}

function tell(form, words) {
  const place = form.querySelector("[data-passkey-error]");
  place.textContent = words;
  place.hidden = !words;
}
