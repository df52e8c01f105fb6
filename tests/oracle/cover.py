"""Every cover of a tiny force, valued straight from the contract's words; shares nothing with the program."""

from __future__ import annotations

from itertools import product

MOST = 40_000


def best_cover(plan):
    """The least (uncovered, strain, disruption, fairness), None where there are too many covers to look at."""
    of, policy = plan.force, plan.force.policy
    officers = {o.officer_id: o for o in of.officers}
    sites = {p.premises_id: p.division for p in of.premises}
    planned = {c.case_id: o for c, o in zip(of.cases, plan.officers, strict=True)}
    exempt = {(e.rule, e.officer_id, e.case_id) for e in of.exemptions}
    high = set(policy.limits.high_risk)
    q = policy.cover.percent

    def home(c):
        return sites[c.premises] if c.premises else c.division

    def held_by(c):
        if planned[c.case_id] is not None:
            return planned[c.case_id]
        return c.officer if c.officer is not None and officers[c.officer].status != "leaving" else None

    def points(c):
        if c.points is not None:
            return c.points
        p = policy.points
        total = p.base + getattr(p.risk, c.risk) + p.level.get(str(c.level), 0) + (p.premises if c.premises else 0)
        late = c.release_on is None or (c.release_on - of.cycle_date).days > policy.cycle.days
        return -(-total * p.custody_percent // 100) if c.setting == "custody" and late else total

    def supported(o):
        if o.mosovo == "trained" or not policy.training.buddy_required:
            return True
        b = officers.get(o.buddy)
        if b is None or b.mosovo != "trained" or b.status not in ("open", "closed"):
            return False
        return policy.divisions.cross or b.division == o.division

    def may(o, c):
        asked = {
            "division": policy.divisions.cross or o.division in (c.division, home(c)),
            "trained": c.level not in policy.training.levels or o.mosovo == "trained",
            "skills": c.needs <= o.skills,
            "excluded": o.officer_id not in c.excluded,
            "staying": o.status != "leaving",
            "open": o.status == "open" and o.capacity > 0,
            "premises": c.premises is None or c.premises in o.premises,
            "buddied": supported(o),
        }
        holds = all(ok or (rule, o.officer_id, c.case_id) in exempt for rule, ok in asked.items())
        return holds and o.officer_id != held_by(c)

    away = [c for c in of.cases if held_by(c) and officers[held_by(c)].status == "absent"]
    able = {c.case_id: [o.officer_id for o in of.officers if may(o, c)] for c in away}
    uncovered = sum(getattr(policy.unplaced, c.risk) for c in away if not able[c.case_id])
    covered = [c for c in away if able[c.case_id]]
    count = 1
    for c in covered:
        count *= len(able[c.case_id])
    if count > MOST or not away:
        return None

    n = {i: [c for c in of.cases if held_by(c) == i] for i in officers}
    start = {i: [c for c in of.cases if c.officer == i] for i in officers}

    def limit(i):
        return policy.limits.cases * officers[i].capacity // 100

    def share(i, k):
        s = policy.limits.high_risk_percent * k // 100
        return max(s, policy.limits.high_risk_min) if len(start[i]) < policy.limits.small_caseload else s

    def allowed(i, k):
        high_start = sum(c.risk in high for c in start[i])
        return share(i, min(k, len(start[i]))) if high_start > share(i, len(start[i])) else share(i, k)

    fair = [o for o in of.officers if o.status in ("open", "closed") and o.capacity > 0]
    cross, covered_ids = policy.divisions.cross, {c.case_id for c in away}
    begins = {}
    for o in fair:
        p = sum(
            (q if c.case_id in covered_ids else 100) * points(c) for c in of.cases if cross or home(c) == o.division
        )
        cap = sum(x.capacity for x in fair if cross or x.division == o.division)
        b = policy.fairness.band_percent
        begins[o.officer_id] = [p * o.capacity * k * b // (cap * 100) for k in range(500) if 50 <= k * b <= 200]

    def value(who):
        by = {}
        for c, i in zip(covered, who, strict=True):
            by.setdefault(i, []).append(c)
        strain = lost = unfair = 0
        for i, cases in by.items():
            h, kh = sum(c.risk in high for c in n[i]), sum(c.risk in high for c in cases)
            strain += max(0, 100 * len(n[i]) + q * len(cases) - 100 * max(limit(i), len(n[i])))
            strain += max(0, 100 * h + q * kh - 100 * max(allowed(i, len(n[i])), h))
            if officers[i].mosovo != "trained":
                strain += 100 * sum(c.risk in policy.training.risks for c in cases)
            for c in cases:
                lost += policy.relationship.base * (c.covered_by in able[c.case_id] and c.covered_by != i)
                knows = any(f in able[c.case_id] for f in c.former)
                lost += policy.relationship.former * (knows and i not in c.former)
                lost += policy.divisions.away * (officers[i].division != home(c))
        for o in fair:
            carried = 100 * sum(map(points, n[o.officer_id])) + q * sum(map(points, by.get(o.officer_id, ())))
            unfair += sum(max(0, carried - u) for u in begins[o.officer_id])
        return strain, lost, unfair

    return uncovered, *min(map(value, product(*(able[c.case_id] for c in covered))))
