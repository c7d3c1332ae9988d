namespace DurableDrill.Local.Runtime;

/// <summary>What an instance asks of the runtime around it.</summary>
internal interface IInstanceHost
{
    RuntimeOptions Options { get; }

    InstanceFolder Folder { get; }

    ActivityGauge Gauge { get; }

    /// <summary>Cancelled when the runtime stops: nothing is written after that.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Starts a sub-workflow unless this very call has started it before; how it ends is posted.</summary>
    void StartChild(Instance parent, ChildScheduled child, ParentCall call);

    /// <summary>Leaves a signal with an instance; false when it has ended or never was.</summary>
    bool Deliver(string instanceId, SignalMessage signal);

    /// <summary>The instance came to its end.</summary>
    void OnEnded(Instance instance, InstanceStatus status);

    /// <summary>The instance cannot go on for now.</summary>
    void OnHalted(Instance instance, Exception error);
}
