namespace DurableDrill.Drills;

/// <summary>How often a workflow asks for something that takes long.</summary>
internal static class Polling
{
    /// <summary>Half of what the Functions app allows an activity (functionTimeout in host.json).</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    /// <summary>A poll is some four events of a history that keeps under 200.</summary>
    private const int Most = 24;

    /// <summary>
    /// Short, so that an abort does not wait for a step; longer in a long wait, so that its history stays bounded. An abort ends the observation,
    /// and a step that gets no more samples ends soon.
    /// </summary>
    /// <param name="whole">How long it may take in all.</param>
    /// <param name="left">How much of that is left; less than nothing is nothing.</param>
    /// <returns>How long the next step may wait.</returns>
    public static TimeSpan Patience(TimeSpan whole, TimeSpan left)
    {
        var poll = Math.Min(Longest.Ticks, Math.Max(Shortest.Ticks, whole.Ticks / Most));
        return TimeSpan.FromTicks(Math.Min(poll, Math.Max(left.Ticks, 0)));
    }
}
