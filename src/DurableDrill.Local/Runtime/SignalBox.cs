using System.Text.Json;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// The signals of one generation: those that came early, in order, and the waits that none has answered. Of several open waits for
/// a name the newest is served first, as Durable Functions does.
/// </summary>
/// <param name="taken">Told of each signal that a wait takes.</param>
internal sealed class SignalBox(Action<SignalMessage> taken)
{
    private readonly List<SignalMessage> early = [];
    private readonly List<Wait> waits = [];

    /// <summary>Waits that no signal has answered yet.</summary>
    public int OpenWaits => waits.Count;

    /// <summary>Signals that nobody has taken.</summary>
    public IReadOnlyList<SignalMessage> Untaken => early;

    public void Arrive(SignalMessage signal)
    {
        var wait = waits.FindLastIndex(each => Same(each.Name, signal.Name));
        if (wait < 0)
        {
            early.Add(signal);
            return;
        }

        var source = waits[wait].Source;
        waits.RemoveAt(wait);
        taken(signal);
        source.SetResult(signal);
    }

    public async Task<T> WaitAsync<T>(string name, Action<Action> inTurn, CancellationToken cancellation)
    {
        var signal = await NextAsync(name, inTurn, cancellation);
        try
        {
            return DrillJson.FromElement<T>(signal.Payload);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The signal '{signal.Name}' carries no {typeof(T).Name}: {error.Message}", error);
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private async Task<SignalMessage> NextAsync(string name, Action<Action> inTurn, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var first = early.FindIndex(each => Same(each.Name, name));
        if (first >= 0)
        {
            var signal = early[first];
            early.RemoveAt(first);
            taken(signal);
            return signal;
        }

        var wait = new Wait(name, new());
        waits.Add(wait);
        var registration = cancellation.Register(() => inTurn(() =>
        {
            if (waits.Remove(wait))
            {
                wait.Source.SetCanceled(cancellation);
            }
        }));
        try
        {
            return await wait.Source.Task;
        }
        finally
        {
            registration.Unregister();
        }
    }

    private sealed record Wait(string Name, TaskCompletionSource<SignalMessage> Source);
}
