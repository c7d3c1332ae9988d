namespace DurableDrill.Local.Cli;

/// <summary>How the program ends; scripts rely on these numbers.</summary>
internal enum ExitCode
{
    /// <summary>The drill passed, or the command did what was asked.</summary>
    Passed = 0,

    /// <summary>The drill, or the comparison, found a failure of the pipeline.</summary>
    Failed = 1,

    /// <summary>Wrong usage, bad input, or the tool itself could not do it.</summary>
    Error = 2,

    /// <summary>Somebody, or a stop condition, ended the drill.</summary>
    Aborted = 3,

    /// <summary>What decides could not be observed.</summary>
    Inconclusive = 4,
}
