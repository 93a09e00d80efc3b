from django.apps import AppConfig


class EditorConfig(AppConfig):
    """Projects, pictures and edits."""

    name = "editor"
