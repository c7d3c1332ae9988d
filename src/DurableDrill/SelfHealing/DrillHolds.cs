using DurableDrill.Faults;

namespace DurableDrill.SelfHealing;

/// <summary>Which components drills hold, read off the tickets that are open.</summary>
public sealed class DrillHolds
{
    private readonly IReadOnlyList<FaultTicket> tickets;
    private readonly string? whole;

    private DrillHolds(IReadOnlyList<FaultTicket> tickets, string? whole) => (this.tickets, this.whole) = (tickets, whole);

    /// <summary>No drill holds anything.</summary>
    public static DrillHolds None { get; } = new([], null);

    /// <summary>What the tickets of a target hold: each of them, from when it is written until its fault is reverted, the component and its peer.</summary>
    /// <param name="target">The target.</param>
    /// <param name="open">Every ticket that is not closed.</param>
    /// <param name="stranger">A drill that holds the target and whose tickets are kept elsewhere; null: there is none.</param>
    public static DrillHolds Of(string target, TicketListing open, string? stranger) => new(
        [.. open.Tickets.Where(ticket => ticket.Target == target && ticket.State < TicketState.Reverted)],
        open.Unreadable.Count > 0 ? $"a ticket cannot be read, and may stand for a fault: {open.Unreadable[0]}"
            : stranger is null ? null : $"the drill {stranger} holds the target from elsewhere");

    /// <summary>Why the watch must not touch a component; null: it may.</summary>
    public string? Why(string component) => whole ?? (On(component).FirstOrDefault(ticket => !MayHeal(ticket)) is { } ticket
        ? $"the drill {ticket.DrillId} holds it ({ticket.Fault.Kind})"
        : null);

    /// <summary>The tickets of faults on a component that are left to the watch to heal.</summary>
    public IReadOnlyList<string> LeftToWatch(string component) => [.. On(component).Where(MayHeal).Select(ticket => ticket.Id)];

    /// <summary>Only once the fault is there, and not any more when its revert has begun: else two would act at once.</summary>
    private static bool MayHeal(FaultTicket ticket) => ticket is { State: TicketState.Applied, HealedBy: FaultTicket.Watch };

    private IEnumerable<FaultTicket> On(string component) =>
        tickets.Where(ticket => ticket.Fault.Component == component || PeerOf(ticket.Fault) == component);

    private static string? PeerOf(Fault fault) => fault switch
    {
        Partition cut => cut.Peer,
        Latency slow => slow.Peer,
        Loss lossy => lossy.Peer,
        Bandwidth narrow => narrow.Peer,
        _ => null,
    };
}
