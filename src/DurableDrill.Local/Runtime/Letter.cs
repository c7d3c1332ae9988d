namespace DurableDrill.Local.Runtime;

/// <summary>What an instance is handed, one thing at a time.</summary>
/// <param name="Wake">What happened; null in the two letters of the engine's own.</param>
/// <param name="Generation">For a reply: the generation that asked.</param>
/// <param name="File">The file of the inbox that it came in; it is deleted when the history has it.</param>
internal sealed record Letter(Wake? Wake, int Generation = 0, string? File = null)
{
    /// <summary>Begin to work.</summary>
    public static Letter Begin { get; } = new((Wake?)null);

    /// <summary>The code left its turn.</summary>
    public static Letter Escaped { get; } = new(null, -1);

    /// <summary>A message of the inbox.</summary>
    public static Letter Of(InboxMessage message, string file) =>
        new(message.Signal is { } signal ? new SignalReceived(signal) : new Terminated(message.Terminate ?? "terminated"), 0, file);
}
