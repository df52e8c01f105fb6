"""The 43 territorial police forces of England and Wales, and how many registered sexual offenders each manages.

Figures count those in the community at 31 March of the year. They come from press reports that quote the
Ministry of Justice's MAPPA annual statistics, or a force, and not from the ministry's own tables; the last
column says which report. They lie years apart, so each is brought to 2024 with the national total.

No figure was found for eleven forces, whose places in ``AREAS`` say None: nine are **drawn**, and the two of
the London area share what the national total of 2024 leaves over. Nothing else about a force is real.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.synth.chance import Chance

LATEST = 2024
# England and Wales: registered sexual offenders in the community at 31 March, as press reports quote them.
NATIONAL = {
    2011: 36_921,
    2015: 49_466,
    2016: 52_770,
    2017: 55_236,
    2020: 62_435,
    2021: 64_300,
    2022: 66_741,
    2023: 68_357,
    2024: 70_052,
}
DRAWN = (700, 1600)  # where no figure is known: from the smaller areas to the middle of those that are known
CITY = 0.02  # of the London area, ours: one MAPPA area with two forces


@dataclass(frozen=True, slots=True)
class Area:
    """One force and its published figure.

    Attributes
    ----------
    prefix : str
        Begins the ids of its drawn officers, cases and premises.
    figure, year : int or None
        Registered sexual offenders in the community, and when.
    source : str
        Where the figure was reported.
    """

    name: str
    prefix: str
    figure: int | None = None
    year: int | None = None
    source: str = ""

    @property
    def slug(self) -> str:
        """Name of its folder."""
        return self.name.lower().replace(" ", "-")


AREAS = (
    Area("Avon and Somerset", "AVS", 1600, 2025, "severuss.online; the chief constable, about"),
    Area("Bedfordshire", "BED", 634, 2020, "bedfordtoday.co.uk"),
    Area("Cambridgeshire", "CAM"),
    Area("Cheshire", "CHS"),
    Area("City of London", "COL"),
    Area("Cleveland", "CLV", 912, 2024, "durhamhits.co.uk; Teesside"),
    Area("Cumbria", "CUM", 594, 2020, "in-cumbria.com"),
    Area("Derbyshire", "DBY", 1154, 2017, "burtonmail.co.uk"),
    Area("Devon and Cornwall", "DAC", 2202, 2024, "u.dywpk.org.uk"),
    Area("Dorset", "DOR"),
    Area("Durham", "DUR", 1123, 2024, "durhamhits.co.uk"),
    Area("Dyfed-Powys", "DYP", 604, 2023, "westerntelegraph.co.uk"),
    Area("Essex", "ESX"),
    Area("Gloucestershire", "GLO"),
    Area("Greater Manchester", "GMP", 4407, 2024, "gmpcrime.co.uk"),
    Area("Gwent", "GWT", 991, 2024, "dailydhakatimes.com"),
    Area("Hampshire", "HAM", 2143, 2020, "dailyecho.co.uk"),
    Area("Hertfordshire", "HRT", 816, 2023, "lbc.co.uk"),
    Area("Humberside", "HUM", 1360, 2020, "yorkshirepost.co.uk"),
    Area("Kent", "KEN", 2081, 2021, "theisleofthanetnews.com; 2,549 less 468 in custody, hospital or abroad"),
    Area("Lancashire", "LAN", 2250, 2020, "lep.co.uk"),
    Area("Leicestershire", "LEI"),
    Area("Lincolnshire", "LIN", 672, 2015, "thelincolnite.co.uk"),
    Area("Merseyside", "MER"),
    Area("Metropolitan", "MPS"),
    Area("Norfolk", "NFK", 1188, 2022, "edp24.co.uk"),
    Area("North Wales", "NWA", 1023, 2023, "westerntelegraph.co.uk"),
    Area("North Yorkshire", "NYK", 875, 2020, "yorkshirepost.co.uk"),
    Area("Northamptonshire", "NHN", 863, 2022, "daventryexpress.co.uk"),
    Area("Northumbria", "NHB", 2032, 2024, "durhamhits.co.uk"),
    Area("Nottinghamshire", "NOT", 1036, 2016, "eastwoodadvertiser.co.uk"),
    Area("South Wales", "SWA", 1778, 2023, "westerntelegraph.co.uk"),
    Area("South Yorkshire", "SYK", 1736, 2022, "thestar.co.uk"),
    Area("Staffordshire", "STF", 1318, 2021, "expressandstar.com"),
    Area("Suffolk", "SFK", 830, 2018, "eadt.co.uk"),
    Area("Surrey", "SUR"),
    Area("Sussex", "SSX", 1991, 2022, "theargus.co.uk"),
    Area("Thames Valley", "TVP", 1963, 2020, "bracknellnews.co.uk"),
    Area("Warwickshire", "WAR"),
    Area("West Mercia", "WMC", 1405, 2020, "shropshirestar.com"),
    Area("West Midlands", "WMD", 3655, 2021, "expressandstar.com"),
    Area("West Yorkshire", "WYK", 3088, 2022, "wakefieldexpress.co.uk"),
    Area("Wiltshire", "WIL", 524, 2014, "wiltsglosstandard.co.uk"),
)


def offenders() -> dict[str, float]:
    """Registered sexual offenders of each force by name, at 31 March 2024, published, drawn or left over.

    A published figure is ``figure * national(2024) / national(year)``; between two years whose national total
    is known it is taken to have grown evenly.
    """
    known = {a.name: _at_latest(a.figure, a.year) for a in AREAS if a.figure is not None and a.year is not None}
    london = ("Metropolitan", "City of London")
    drawn = {
        a.name: float(Chance(0, f"offenders {a.name}").between(*DRAWN))
        for a in AREAS
        if a.figure is None and a.name not in london
    }
    left = NATIONAL[LATEST] - sum(known.values()) - sum(drawn.values())
    found = {**known, **drawn, london[0]: (1 - CITY) * left, london[1]: CITY * left}
    return {a.name: found[a.name] for a in AREAS}


def _at_latest(figure: int, year: int) -> float:
    then = float(np.interp(year, list(NATIONAL), list(NATIONAL.values())))
    return figure * NATIONAL[LATEST] / then
