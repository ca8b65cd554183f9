"""The operator to which a Polish range was first given; numbers are ported, so a report overrules it (E3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

RANGE: Final = 7
"""So many digits of a Polish number, 48 included, tell to which operator its range was given."""


class Operator(StrEnum):
    """The networks that reports tell apart; ERA is the attested old name of T-Mobile."""

    POLAND_ORANGE = "POLAND_ORANGE"
    POLAND_ERA = "POLAND_ERA"
    POLAND_PLUS = "POLAND_PLUS"
    POLAND_PLAY = "POLAND_PLAY"
    POLAND_OTHER = "POLAND_OTHER"
    UNKNOWN = "UNKNOWN"


# National prefixes as listed by libphonenumber 9.0; the longest one that fits wins.
_RANGES = {
    Operator.POLAND_ORANGE: """
        212 454 50 51 571 572 5730 5731 5732 5733 5734 57357 5739 690 7800 7801 7805 7806 7863 7864 7865 7866
        7868 7869 7890 7891 7892 7893 7894 797 798 7990 7996""",
    Operator.POLAND_ERA: """
        532 538 539 600 602 604 606 608 660 662 664 666 668 692 694 696 698 7272 7273 728 734 735 736 7803 784
        787 788 7951 7952 7953 7954 7955 880 8810 8818 8819 882 8833 8838 8841 8842 886 888 889""",
    Operator.POLAND_PLUS: """
        2110 21130 21136 21137 21138 21139 2114 2115 213 45915 45917 45918 45941 45945 45946 45947 45948
        4595 4596 4597 4598 4599 5366 57350 57356 57358 57359 5791 5792 5793 57946 57947 57949 57950 57978
        57979 601 603 605 607 609 661 663 665 667 669 691 693 695 697 699 720 721 722 723 724 725 726 727
        7280 7292 7293 7294 7295 7296 72971 72976 72977 7298 7299 7370 7371 7372 739 78020 78040 781 782
        783 785 7860 78671 78672 78673 78674 78675 78676 78679 7895 7896 7897 7898 7899 8811 88441 88442
        88443 88446 88447 88448 88449 8845 885 887""",
    Operator.POLAND_PLAY: """
        450 456 457 4590 45910 45911 45912 45913 45914 4593 53 570 574 575 576 577 578 5790 57940 57943 57944
        57945 5795 5796 57970 5798 5799 6666 6900 6907 6908 6909 69922 69960 69970 69979 7208 7290 7291 72970
        72973 72974 72978 72979 72981 72982 730 731 732 733 7360 7367 7368 7369 737 7390 7391 7392 73930 73990
        73997 73998 73999 7802 7807 7808 78607 78608 7861 7862 78678 79 881 883 8840 8843 8846 8847 8848
        8849""",
    Operator.POLAND_OTHER: """
        2111 21131 21132 21133 21134 21135 45920 45950 45957 57351 57352 57353 57354 57355 57941 57942 57948
        57953 57958 57971 57972 57973 57974 57975 57976 57977 69901 6995 69974 69978 72972 72990 738 73991
        73993 78025 78026 78029 78670 88444""",
}
_BY_PREFIX = {prefix: operator for operator, prefixes in _RANGES.items() for prefix in prefixes.split()}
_NAMES: Final = {
    Operator.POLAND_ORANGE: "Orange",
    Operator.POLAND_ERA: "T-Mobile",
    Operator.POLAND_PLUS: "Plus",
    Operator.POLAND_PLAY: "Play",
}


def label(operator: str) -> str:
    """Return what people call an operator."""
    if operator == Operator.POLAND_OTHER:
        return _("other operators")
    return _NAMES.get(Operator(operator)) or _("fixed or unknown")


def guess_operator(msisdn: str) -> Operator:
    """Return the operator of a range, or UNKNOWN for foreign, fixed and unassigned numbers."""
    if msisdn.startswith("48") and len(msisdn) == 11:
        for end in (7, 6, 5, 4):
            if (operator := _BY_PREFIX.get(msisdn[2:end])) is not None:
                return operator
    return Operator.UNKNOWN
