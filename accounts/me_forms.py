"""What people choose for themselves: their language, and how they hear of what happens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts import notice_kinds
from accounts.models import User
from accounts.notice_kinds import TREE, Topic, Way


class MeForm(forms.ModelForm[User]):
    """A person's own settings; managers also say when points run low, masters whether they hear of subaccounts."""

    warn_below = forms.IntegerField(
        label=_("Tell when fewer points are left than"),
        help_text=_("Of the whole account. Empty: nobody is told."),
        min_value=1,
        max_value=1_000_000_000_000,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    tree = forms.BooleanField(label=_("Tell me of subaccounts, too"), required=False, widget=UnfoldBooleanSwitchWidget)

    class Meta:
        model = User
        fields = ("name", "language")
        widgets = {"name": UnfoldAdminTextInputWidget, "language": UnfoldAdminSelectWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account
        self.topics: tuple[Topic, ...] = notice_kinds.OF_STAFF if account is None else notice_kinds.OF_CLIENTS
        for topic in self.topics:
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=Way.choices,
                initial=notice_kinds.way_of(self.instance, topic),
                widget=UnfoldAdminSelectWidget,
            )
        self.initial["tree"] = bool(self.instance.notice_choices.get(TREE))
        if not self.instance.is_master:
            del self.fields["tree"]
        if account is None or not self.instance.is_manager:
            del self.fields["warn_below"]
        else:
            self.initial["warn_below"] = account.warn_below

    @property
    def topic_fields(self) -> list[forms.BoundField]:
        """How the person hears of each kind of news."""
        return [self[topic.value] for topic in self.topics]

    @property
    def choices(self) -> dict[str, Any]:
        """What is stored of it: what differs from the usual, so that what is usual may change."""
        data = self.cleaned_data
        chosen = {topic.value: data[topic.value] for topic in self.topics}
        found: dict[str, Any] = {name: way for name, way in chosen.items() if way != notice_kinds.USUAL[name]}
        return found | ({TREE: True} if data.get("tree") else {})
