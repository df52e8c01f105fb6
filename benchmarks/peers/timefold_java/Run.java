package peer;

import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig;
import ai.timefold.solver.core.config.solver.SolverConfig;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Timefold as it comes: a problem on standard input, the best plans so far on standard output.
 *
 * <p>Arguments: limit, seed, and the marks at which the plan then standing matters; times in milliseconds. The first
 * line says {@code started}, when the clock does. Then one line a plan: seconds, score, and the officer of each case. A
 * better plan within a fifth of a second of the last one told waits, and is left out where a still better one comes
 * before the next mark.
 */
public final class Run {
    private static final long PAUSE = 200_000_000L;

    private final long[] marks; // nanoseconds
    private long begun, told = -PAUSE, waitingSince;
    private Plan waiting; // better than the last one told

    private Run(long[] marks) {
        this.marks = marks;
    }

    public static void main(String[] arguments) throws Exception {
        Duration limit = Duration.ofMillis(Long.parseLong(arguments[0]));
        long seed = Long.parseLong(arguments[1]);
        long[] marks = Arrays.stream(arguments)
                .skip(2)
                .mapToLong(mark -> Duration.ofMillis(Long.parseLong(mark)).toNanos())
                .toArray();
        SolverConfig config = new SolverConfig()
                .withSolutionClass(Plan.class)
                .withEntityClasses(Plan.Case.class)
                .withScoreDirectorFactory(
                        new ScoreDirectorFactoryConfig().withIncrementalScoreCalculatorClass(Goals.class))
                .withRandomSeed(seed)
                .withTerminationSpentLimit(limit);
        Solver<Plan> solver = SolverFactory.<Plan>create(config).buildSolver();
        Problem problem = Problem.read(new BufferedReader(new InputStreamReader(System.in)));
        new Run(marks).solve(solver, new Plan(problem));
    }

    private void solve(Solver<Plan> solver, Plan plan) {
        solver.addEventListener(event -> {
            if (event.isNewBestSolutionInitialized()) {
                better(event.getNewBestSolution());
            }
        });
        System.out.println("started");
        begun = System.nanoTime();
        if (plan.cases.stream().allMatch(c -> c.officer != null)) {
            Goals goals = new Goals();
            goals.resetWorkingSolution(plan);
            plan.score = goals.calculateScore();
            better(plan);
        }
        solver.solve(plan);
        tell();
    }

    private void better(Plan plan) {
        long now = System.nanoTime() - begun;
        for (long mark : marks) {
            if (waitingSince <= mark && mark < now) {
                tell();
            }
        }
        waiting = plan;
        waitingSince = now;
        if (now - told >= PAUSE) {
            tell();
        }
    }

    private void tell() {
        if (waiting == null) {
            return;
        }
        String officers = waiting.cases.stream().map(c -> "" + c.officer.index).collect(Collectors.joining(", "));
        String score = Arrays.stream(waiting.score.toLevelNumbers())
                .map(level -> "" + -level.longValue())
                .collect(Collectors.joining(", "));
        System.out.printf(
                "{\"seconds\": %s, \"score\": [%s], \"officers\": [%s]}%n", waitingSince / 1e9, score, officers);
        told = waitingSince;
        waiting = null;
    }
}
