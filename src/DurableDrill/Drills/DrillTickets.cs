using DurableDrill.Faults;

namespace DurableDrill.Drills;

/// <summary>How a drill's tickets are named and dated.</summary>
internal static class DrillTickets
{
    /// <summary>The pause of the producer while ids are read, as if it were a fault of the plan.</summary>
    public const string Quiesce = "quiesce";

    /// <summary>The ticket of a planned fault.</summary>
    public static string IdOf(string drillId, string faultId) => $"{drillId}.{faultId}";

    /// <summary>A ticket for a fault that is applied at <paramref name="at"/> and held.</summary>
    /// <param name="drillId">The drill.</param>
    /// <param name="target">Its target.</param>
    /// <param name="faultId">The fault's name in the plan.</param>
    /// <param name="fault">What is done.</param>
    /// <param name="now">When the ticket is written.</param>
    /// <param name="at">When the fault is to be applied.</param>
    /// <param name="grace">How late an apply may still act.</param>
    /// <param name="held">How long it is held; some seconds later somebody else reverts it.</param>
    public static FaultTicket For(
        string drillId, string target, string faultId, Fault fault, DateTimeOffset now, DateTimeOffset at, TimeSpan grace, TimeSpan held) =>
        new(IdOf(drillId, faultId), drillId, target, fault, now, at + grace, at + held + RevertGrace);

    private static TimeSpan RevertGrace { get; } = TimeSpan.FromSeconds(15);
}
