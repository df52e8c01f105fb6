"""Surrey, September 2022: what the force's published answer says, and what is chosen beside it.

Published: the response of the Police and Crime Commissioner for Surrey to the joint inspection "Twenty years
on, is MAPPA achieving its objectives?". ``scenarios/surrey-2022/README.md`` goes through it figure by figure.
"""

from datetime import date

from allocator.synth.profile import ApprovedPremises, DivisionProfile, NeedProfile, NewCases, Profile

SURREY = Profile(
    name="surrey",
    description="Surrey, September 2022: 27 officers, 1,215 current cases, four over their high-risk share",
    title="Surrey, September 2022 (synthetic)",
    prefix="SY",
    cycle_date=date(2022, 9, 26),
    # Four officers above a fifth, two of them at the Approved Premises; four await the course: published.
    divisions=(
        DivisionProfile("North", "N", officers=9, awaiting=1, part_time=(80,)),
        DivisionProfile("East", "E", officers=9, awaiting=1, over_by=(2,)),
        DivisionProfile("West", "W", officers=9, awaiting=2, over_by=(1,)),
    ),
    current=27 * 45,  # average 45
    custody=425,  # 65.0% of the cases are not: 790
    most=49,  # each under 50
    very_high=24,  # 2%
    high=184,  # 15%, not 18%: with a fifth high risk in all, most officers would be at or over their fifth
    medium=365,  # 30%
    level_2=8,
    level_3=1,
    violent=60,
    pinned=5,
    excluded=6,
    needs=(
        # One dedicated officer a division, three cases at level 3 and seven at level 2: published.
        NeedProfile("da", officers=1, cases=54, new=3, level_2=7, level_3=3, outside=15, category=2, category_above=3),
        NeedProfile("iom", officers=2, cases=72, new=3, outside=30, category=2, category_above=2),
    ),
    premises=(
        ApprovedPremises(
            "AP1", "North", over_by=(3, 2), residents=14, high=12, visitors=5, new=4, new_high=3, expected_arrivals=2
        ),
    ),
    new=NewCases(cases=34, custody=11, releases=5, very_high=0, high=5, medium=9, level_2=1),
)
