using System.Runtime.InteropServices;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Ctrl-C and SIGTERM. The first asks the command to end in order (a drill reverts what it injured); the second ends the program at once:
/// the tickets stay, and the watchdog or the next command reverts what they name.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource first = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int seen;

    /// <param name="note">Told of the first.</param>
    /// <param name="ending">What it is told: how the command ends now.</param>
    public Interrupts(Action<string> note, string ending)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (Interlocked.Increment(ref seen) == 1)
                {
                    note(ending);
                    first.Cancel();
                }
                else
                {
                    Environment.Exit((int)ExitCode.Aborted);
                }
            }));
        }
    }

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => first.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        first.Dispose();
    }
}
