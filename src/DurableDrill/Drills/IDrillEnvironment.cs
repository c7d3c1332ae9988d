using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>What the bodies of the steps need of a host.</summary>
public interface IDrillEnvironment
{
    /// <summary>This machine's clock.</summary>
    TimeProvider Time { get; }

    /// <summary>Where samples are kept.</summary>
    ISampleStore Samples { get; }

    /// <summary>Where reports and what belongs to them are kept.</summary>
    IReportStore Reports { get; }

    /// <summary>Where tickets are kept.</summary>
    IFaultLedger Tickets { get; }

    /// <summary>Applies and reverts.</summary>
    FaultExecutor Faults { get; }

    /// <summary>Whether drills still run.</summary>
    IDrillStates Drills { get; }

    /// <summary>Opens a target, or returns the open one: its probes keep their connections between bursts.</summary>
    /// <exception cref="TargetException">There is no such target, or it cannot be opened.</exception>
    Task<IOpenTarget> OpenAsync(string target, CancellationToken cancellation);
}

/// <summary>A target with its probes, as long as the host keeps it open.</summary>
public interface IOpenTarget
{
    /// <summary>What its file says, placeholders filled in.</summary>
    TargetDefinition Definition { get; }

    /// <summary>The pipeline, to be injured.</summary>
    ITarget Target { get; }

    /// <summary>The probes, by signal.</summary>
    IReadOnlyDictionary<string, IProbe> Probes { get; }

    /// <summary>Reads the probes.</summary>
    Sampler Sampler { get; }

    /// <summary>Opens a probe that is no signal; the caller disposes it.</summary>
    /// <param name="source">Which.</param>
    /// <param name="path">Where it stands in the target file, for errors: <c>roles.leader.most</c>.</param>
    IProbe OpenProbe(SourceSpec source, string path);

    /// <summary>Opens a source of ids.</summary>
    /// <param name="source">Which.</param>
    /// <param name="path">Where it stands in the target file, for errors: <c>integrity.actual</c>.</param>
    IIdSource OpenIds(SourceSpec source, string path);

    /// <summary>By how much the servers' clocks are ahead of this machine's, where they can be asked.</summary>
    Task<IReadOnlyDictionary<string, ClockOffset>> ReadClocksAsync(CancellationToken cancellation);

    /// <summary>What the engines did of their own accord since then, where they can be asked: a job was submitted again, and from which checkpoint.</summary>
    Task<IReadOnlyList<string>> ReadJournalAsync(DateTimeOffset since, CancellationToken cancellation);
}
