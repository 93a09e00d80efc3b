"""The account itself: its name, and the ways to what else can be changed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.plain_text import is_plain

NAME_CHARACTERS = 150


class Name(forms.ModelForm):  # type: ignore[type-arg]
    """What others see beside the address."""

    class Meta:
        model = User
        fields = ("first_name",)
        labels = {"first_name": "Name"}
        help_texts = {
            "first_name": f"What others in your workspaces see. At most {NAME_CHARACTERS} characters; may be empty."
        }
        widgets = {"first_name": forms.TextInput({"autocomplete": "name"})}

    def clean_first_name(self) -> str:
        """Tidy the spaces and refuse what cannot be seen."""
        name = " ".join(str(self.cleaned_data["first_name"]).split())
        if not is_plain(name):
            raise forms.ValidationError("A name takes no control characters. Nothing was changed.")
        return name


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show the account, and change its name."""
    form = Name(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your name is changed.")
        return redirect("account")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)
