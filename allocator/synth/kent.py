"""Kent, August 2021: seven units and their published cases, and what is chosen beside them.

Published: Kent Police's figures as reported on 24 August 2021. ``scenarios/kent-2021/README.md`` goes through
them figure by figure.
"""

from datetime import date

from allocator.synth.profile import ApprovedPremises, DivisionProfile, NeedProfile, NewCases, Profile

KENT = Profile(
    name="kent",
    description="Kent, August 2021: seven units, 2,549 current cases, 468 in custody, hospital or abroad",
    title="Kent, August 2021 (synthetic)",
    prefix="KT",
    cycle_date=date(2021, 8, 23),
    # Community cases of each unit are published; officers are chosen so that every caseload is under 50.
    divisions=(
        DivisionProfile("Margate and Canterbury", "MC", 12, 414, over_by=(2,), awaiting=2, part_time=(80, 60)),
        DivisionProfile("Dover Ashford and Folkestone", "DF", 11, 386, over_by=(1,), awaiting=1, part_time=(80,)),
        DivisionProfile("Medway", "ME", 10, 354, over_by=(1,), awaiting=1),
        DivisionProfile("Maidstone", "MA", 8, 264, awaiting=1, part_time=(80,)),
        DivisionProfile("Tonbridge and Tunbridge Wells", "TT", 7, 244, awaiting=1),
        DivisionProfile("Dartford and Gravesham", "DG", 7, 223, part_time=(60,)),
        DivisionProfile("Swale", "SW", 6, 196, awaiting=1, part_time=(80,)),
    ),
    current=2549,
    custody=468,
    most=49,
    very_high=51,  # 2%
    high=331,  # 13%
    medium=765,  # 30%
    level_2=28,
    level_3=3,
    pinned=8,
    excluded=10,
    # All are registered sexual offenders, so every case is under MAPPA, in category 1.
    needs=(
        NeedProfile("da", officers=1, cases=70, new=3, level_2=7, level_3=3),
        NeedProfile("iom", officers=1, cases=84, new=3),
    ),
    premises=(
        ApprovedPremises(
            "AP1",
            "Maidstone",
            over_by=(1, 0),
            residents=12,
            high=10,
            visitors=0,
            new=4,
            new_high=3,
            expected_arrivals=2,
        ),
    ),
    new=NewCases(cases=76, custody=19, releases=8, very_high=1, high=9, medium=22, level_2=1),
)
