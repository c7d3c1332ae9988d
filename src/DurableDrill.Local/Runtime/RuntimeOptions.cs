using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>What a runtime needs from its host.</summary>
/// <param name="Folder">The folder of all instances.</param>
/// <param name="Catalog">The code that it can run.</param>
internal sealed record RuntimeOptions(string Folder, WorkflowCatalog Catalog)
{
    /// <summary>The clock of timers and events.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where workflows' log lines and the runtime's own notes go: the instance and the line.</summary>
    public Action<string, string> Log { get; init; } = (_, _) => { };

    /// <summary>How often the inboxes are looked at for messages of other processes; infinite: never by itself.</summary>
    public TimeSpan InboxInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a stopping runtime waits for steps under way; those that take longer go on without it.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where turns and steps run. One that runs them one by one, in order, makes a run the same each time.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>Where histories are written.</summary>
    public IHistoryDisk Disk { get; init; } = new HistoryDisk();
}
