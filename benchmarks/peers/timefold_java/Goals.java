package peer;

import ai.timefold.solver.core.api.score.buildin.bendablelong.BendableLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;
import java.util.Arrays;

/** The goals of the working plan, kept up to date as cases change hands. */
public final class Goals implements IncrementalScoreCalculator<Plan, BendableLongScore> {
    private Problem problem;
    private Problem.Policy policy;
    // Of each officer: n, h, p, r, of r at premises, of r neither there nor permitted where they were, of r for trained
    // officers only, and what they add to two goals.
    private long[] cases, high, points, received, arrived, fresh, trainedOnly, excessOf, unfairnessOf;
    private long[] room; // of each premises
    private long[] moves; // of each budget
    private long broken, excess, disruption, fairness;

    @Override
    public void resetWorkingSolution(Plan plan) {
        problem = plan.problem;
        policy = problem.policy;
        int count = problem.officers.size();
        cases = problem.officers.stream().mapToLong(o -> o.cases).toArray();
        high = problem.officers.stream().mapToLong(o -> o.high).toArray();
        points = problem.officers.stream().mapToLong(o -> o.points).toArray();
        received = new long[count];
        arrived = new long[count];
        fresh = new long[count];
        trainedOnly = new long[count];
        excessOf = new long[count];
        unfairnessOf = new long[count];
        moves = new long[1 + plan.cases.stream().mapToInt(c -> c.budget).max().orElse(-1)];
        room = problem.premises.stream().mapToLong(p -> p.serving().stream().mapToLong(this::spare).sum()).toArray();
        broken = disruption = fairness = excess = 0;
        for (int k = 0; k < room.length; k++) {
            excess += shortfall(k);
        }
        problem.officers.forEach(this::settle);
        plan.cases.forEach(c -> count(c, 1));
    }

    @Override
    public void beforeVariableChanged(Object entity, String variable) {
        count((Plan.Case) entity, -1);
    }

    @Override
    public void afterVariableChanged(Object entity, String variable) {
        count((Plan.Case) entity, 1);
    }

    @Override
    public BendableLongScore calculateScore() {
        return BendableLongScore.of(new long[] {-broken}, new long[] {-excess, -disruption, -fairness});
    }

    /** Give the case to its officer (1), or take it back (-1). */
    private void count(Plan.Case c, int sign) {
        Problem.Officer officer = c.officer;
        if (officer == null) {
            return;
        }
        int o = officer.index;
        long spare = spare(officer);
        cases[o] += sign;
        high[o] += c.high ? sign : 0;
        points[o] += sign * c.points;
        if (officer != c.current) {
            received[o] += sign;
            arrived[o] += c.atPremises ? sign : 0;
            fresh[o] += c.permitted || c.atPremises ? 0 : sign;
            trainedOnly[o] += c.trainedOnly ? sign : 0;
            boolean stranger = !c.knowers.isEmpty() && !c.knowers.contains(officer);
            disruption += sign
                    * (c.cost
                            + (officer.division == c.home ? 0 : policy.away())
                            + (stranger ? policy.former() : 0));
            if (c.budget >= 0) {
                broken -= over(moves[c.budget], policy.maxMoves());
                moves[c.budget] += sign;
                broken += over(moves[c.budget], policy.maxMoves());
            }
        }
        settle(officer);
        for (int k : officer.serves) {
            excess -= shortfall(k);
            room[k] += spare(officer) - spare;
            excess += shortfall(k);
        }
    }

    /** Bring up to date what the officer adds to excess and fairness. */
    private void settle(Problem.Officer officer) {
        int o = officer.index;
        excess -= excessOf[o];
        fairness -= unfairnessOf[o];
        excessOf[o] = excess(officer);
        unfairnessOf[o] = unfairness(officer);
        excess += excessOf[o];
        fairness += unfairnessOf[o];
    }

    /** case-limit, high-risk-share, intake, arrivals, frozen and novice. */
    private long excess(Problem.Officer officer) {
        int o = officer.index;
        long above = over(received[o], officer.intake) + over(arrived[o], policy.arrivals());
        if (officer.frozen) {
            above += fresh[o];
        }
        if (!officer.trained) {
            above += trainedOnly[o];
        }
        if (officer.limited) {
            long counted = Math.min(cases[o], officer.sharedMost);
            long share = Math.max(policy.highPercent() * counted / 100, officer.highMin);
            above += over(cases[o], officer.limit) + over(high[o], share);
        }
        return above;
    }

    /** Points above each band of the fair share. */
    private long unfairness(Problem.Officer officer) {
        long held = points[officer.index];
        int found = Arrays.binarySearch(officer.bands, held);
        int below = found < 0 ? -found - 1 : found; // a band that is met exactly adds nothing either way
        return below * held - officer.bandSums[below];
    }

    private long spare(Problem.Officer officer) {
        return Math.max(0, officer.limit - cases[officer.index]);
    }

    private long shortfall(int k) {
        return over(problem.premises.get(k).needed(), room[k]);
    }

    private static long over(long amount, long bound) {
        return Math.max(0, amount - bound);
    }

    @Override
    public void beforeEntityAdded(Object entity) {}

    @Override
    public void afterEntityAdded(Object entity) {}

    @Override
    public void beforeEntityRemoved(Object entity) {}

    @Override
    public void afterEntityRemoved(Object entity) {}
}
