using System.Text.Json;

namespace DurableDrill.Faults;

/// <summary>
/// The promise to undo a fault, durable before the fault is applied. Whoever finds it can revert: the workflow, the watchdog, the janitor, a hand.
/// </summary>
/// <param name="Id">"DRILL.fault-id"; letters, digits, '-', '_' and '.'.</param>
/// <param name="DrillId">The drill that owns it.</param>
/// <param name="Target">Name of the target, as the host knows it.</param>
/// <param name="Fault">What is done.</param>
/// <param name="OpenedAt">When the ticket was written.</param>
/// <param name="ApplyDeadline">No apply acts after this instant.</param>
/// <param name="RevertBy">When the janitor reverts though the drill still runs.</param>
public sealed record FaultTicket(
    string Id,
    string DrillId,
    string Target,
    Fault Fault,
    DateTimeOffset OpenedAt,
    DateTimeOffset ApplyDeadline,
    DateTimeOffset RevertBy)
{
    /// <summary>The self-healing watch, as the value of <see cref="HealedBy"/>.</summary>
    public const string Watch = "watch";

    /// <summary>How far it has come.</summary>
    public TicketState State { get; init; } = TicketState.Open;

    /// <summary>What the target needs to undo the fault, written before the fault is applied; the target's own format.</summary>
    public JsonElement? Undo { get; init; }

    /// <summary>When <see cref="Undo"/> was read: no apply has acted before; null: none has acted at all.</summary>
    public DateTimeOffset? PreparedAt { get; init; }

    /// <summary>[before, after] the call that applied it; null: not applied.</summary>
    public Instants? Applied { get; init; }

    /// <summary>[before, after] the call that reverted it; null: not reverted.</summary>
    public Instants? Reverted { get; init; }

    /// <summary>Who reverted it: workflow, janitor, watchdog or hand.</summary>
    public string? RevertedBy { get; init; }

    /// <summary>Who is left to heal the component before this ticket's time is up: <see cref="Watch"/>; null: nobody may touch it.</summary>
    public string? HealedBy { get; init; }

    /// <summary>[before, after] the call that healed the component while the fault was held; null: nobody has.</summary>
    public Instants? Healed { get; init; }

    /// <summary>The role that the plan names, and why the fault's component had it; null: the plan names the component.</summary>
    public RoleHolder? Role { get; init; }

    /// <summary>What happened last that a person should know.</summary>
    public string? Note { get; init; }
}

/// <summary>The life of a ticket. Only <see cref="Closed"/> lets the target go.</summary>
public enum TicketState
{
    /// <summary>Written; the fault may or may not be there.</summary>
    Open,

    /// <summary>The fault is there.</summary>
    Applied,

    /// <summary>A revert has begun: no apply acts any more, and an apply under way undoes itself.</summary>
    Reverting,

    /// <summary>Reverted and verified, but maybe not after the apply deadline.</summary>
    Reverted,

    /// <summary>Verified gone after the apply deadline.</summary>
    Closed,
}

/// <summary>An instant that is known only to lie between two others.</summary>
/// <param name="Earliest">Not before this.</param>
/// <param name="Latest">Not after this.</param>
public readonly record struct Instants(DateTimeOffset Earliest, DateTimeOffset Latest);

/// <summary>A value with the version that a conditional write needs.</summary>
public sealed record Versioned<T>(T Value, string Version);

/// <summary>Keeps tickets durably. Every write is conditional, so of two writers exactly one wins.</summary>
public interface IFaultLedger
{
    /// <summary>Writes a new ticket; false when one of this id is there already.</summary>
    Task<bool> TryOpenAsync(FaultTicket ticket, CancellationToken cancellation);

    /// <summary>Reads a ticket; null when there is none.</summary>
    Task<Versioned<FaultTicket>?> ReadAsync(string ticketId, CancellationToken cancellation);

    /// <summary>Replaces a ticket; false when it has changed since <paramref name="version"/> was read.</summary>
    Task<bool> TryReplaceAsync(FaultTicket ticket, string version, CancellationToken cancellation);

    /// <summary>Every ticket that is not closed.</summary>
    Task<TicketListing> ListOpenAsync(CancellationToken cancellation);

    /// <summary>Every ticket of a drill, closed ones too.</summary>
    Task<TicketListing> ListAsync(string drillId, CancellationToken cancellation);
}

/// <summary>The tickets that a ledger holds.</summary>
/// <param name="Tickets">In order of <see cref="FaultTicket.OpenedAt"/>.</param>
/// <param name="Unreadable">What lies there and is no ticket, each with the reason. It may stand for a fault: a person must look.</param>
public sealed record TicketListing(IReadOnlyList<FaultTicket> Tickets, IReadOnlyList<string> Unreadable);
