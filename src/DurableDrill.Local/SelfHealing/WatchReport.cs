using DurableDrill.SelfHealing;

namespace DurableDrill.Local.SelfHealing;

/// <summary>What a watch did, from its start to its end.</summary>
/// <param name="Target">The target.</param>
/// <param name="StartedAt">When it began to look.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Ended">Why it ended.</param>
/// <param name="Restarts">What it restarted, in order.</param>
/// <param name="GivenUp">Components that it has given up and that are down still.</param>
internal sealed record WatchReport(
    string Target, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string Ended, IReadOnlyList<WatchRestart> Restarts, IReadOnlyList<string> GivenUp);

/// <summary>One restart.</summary>
/// <param name="Component">The component.</param>
/// <param name="At">When it was begun.</param>
/// <param name="Outcome">What came of it; null: it could not be started.</param>
/// <param name="Problem">Why it could not be started; null: it could.</param>
/// <param name="Healed">The tickets of drills that left the healing to the watch.</param>
internal sealed record WatchRestart(string Component, DateTimeOffset At, RestartOutcome? Outcome, string? Problem, IReadOnlyList<string> Healed);
