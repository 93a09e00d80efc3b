"""Edits: images, a prompt and settings, and the images they produced."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import ApiKey, User, Workspace
from editor.domain import DEFAULT_DEADLINE_SECONDS, EditStatus
from editor.models.image import Image
from editor.models.project import Project

FINAL = [status.value for status in EditStatus if status.is_final]


class Edit(models.Model):
    """What was asked for, what it may cost, and how it ended. Money is in micro-dollars.

    `ratio` is one of the eight, `aspect_ratio` what was asked (perhaps `match_input`). `routing` is the table of
    providers with the reason for each exclusion; `route` the names of the able ones, best first; `units` the price
    of one picture and its upstream cost for each able provider, as promised at submission. A test is simulated: it
    costs nothing, whatever it quotes.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("edt"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="edits")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="edits")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    is_test = models.BooleanField(default=False, help_text="ordered by a test key")

    model = models.CharField(max_length=40)
    prompt = models.TextField()
    aspect_ratio = models.CharField(max_length=12)
    ratio = models.CharField(max_length=5)
    resolution = models.CharField(max_length=10)
    n = models.PositiveSmallIntegerField(default=1)
    provider_asked = models.CharField(max_length=20, default="auto")
    strategy = models.CharField(max_length=10)
    seed = models.BigIntegerField(null=True, blank=True)
    guidance_scale = models.FloatField(null=True, blank=True)
    watermark = models.BooleanField(null=True, blank=True)
    max_price = models.BigIntegerField(null=True, blank=True)
    deadline_seconds = models.PositiveIntegerField(default=DEFAULT_DEADLINE_SECONDS)
    metadata = models.JSONField(default=dict, blank=True)
    webhook_url = models.CharField(max_length=2048, blank=True)

    routing = models.JSONField(default=list, help_text='[{"provider", "eligible", "reason"}]')
    route = models.JSONField(default=list, help_text="names of able providers, best first")
    units = models.JSONField(default=dict, help_text='{provider: {"cost": µ$, "price": µ$}} for one picture')
    quoted = models.BigIntegerField(help_text="n × the dearest allowed route's unit price; held while it runs")
    quoted_at = models.DateTimeField(null=True, blank=True, help_text="of the quote it was sent with; null: with none")
    charged = models.BigIntegerField(default=0)

    status = models.CharField(max_length=10, default=EditStatus.QUEUED)
    provider = models.CharField(max_length=20, blank=True, help_text="the delivering one")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    deadline_at = models.DateTimeField()
    cancel_asked = models.BooleanField(default=False, help_text="then nothing more is ordered for it")
    awaits_approval = models.BooleanField(
        default=False, help_text="over a budget: nothing is ordered until it is let through"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="when its words were erased, as its workspace wants; pictures go with them"
    )
    images = models.ManyToManyField(Image, through="EditInput", related_name="edits")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "is_test", "-id"], name="edit_of_workspace"),
            models.Index(fields=["project", "-id"], name="edit_of_project"),
            models.Index(fields=["deadline_at"], name="edit_unfinished", condition=Q(finished_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(charged__gte=0) & Q(charged__lte=F("quoted")), name="edit_charged_within_quote"
            ),
            models.CheckConstraint(
                condition=Q(status__in=FINAL, finished_at__isnull=False)
                | (~Q(status__in=FINAL) & Q(finished_at__isnull=True)),
                name="edit_finished_when_final",
            ),
            models.CheckConstraint(
                condition=Q(charged=0) | Q(status__in=[EditStatus.SUCCEEDED, EditStatus.PARTIAL]),
                name="edit_charged_when_delivered",
            ),
            models.CheckConstraint(condition=Q(charged=0) | Q(is_test=False), name="edit_test_is_free"),
        ]

    def __str__(self) -> str:
        return self.id


class EditInput(models.Model):
    """An image an edit starts from; `position` counts from 1, as prompts say "image 2"."""

    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="inputs")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edit", "position"], name="input_one_at_a_position")]

    def __str__(self) -> str:
        return f"image {self.position} of {self.edit_id}"


class Output(models.Model):
    """An image an edit produced. A late one came after the edit had ended, and is free."""

    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="outputs")
    attempt = models.ForeignKey("editor.Attempt", on_delete=models.PROTECT, related_name="outputs")
    image = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="output")
    position = models.PositiveSmallIntegerField(help_text="within the attempt, from 1")
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["attempt_id", "position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="output_one_at_a_position")]

    def __str__(self) -> str:
        return f"output {self.position} of {self.edit_id}"
