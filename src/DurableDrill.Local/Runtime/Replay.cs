using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>The history of an instance does not match the code that is to go on with it.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message);

/// <summary>An execution brought to where its history ends.</summary>
/// <param name="Execution">The code, waiting where it waited.</param>
/// <param name="Unwritten">What the last turn did beyond what was written before the crash.</param>
/// <param name="InDoubt">Signals of the last turn: they are written, and may not have been delivered.</param>
internal sealed record Replayed(WorkflowExecution Execution, IReadOnlyList<Command> Unwritten, IReadOnlyList<SignalSent> InDoubt);

/// <summary>Runs the code over its history again and compares, event by event, what it does with what it did.</summary>
internal static class Replay
{
    /// <param name="instanceId">The instance.</param>
    /// <param name="history">What was written so far.</param>
    /// <param name="path">The history's file, for messages.</param>
    /// <param name="catalog">Where the code is.</param>
    /// <param name="onEscape">See <see cref="WorkflowExecution"/>.</param>
    /// <param name="fresh">The history was begun just now: its first turn is no replay.</param>
    /// <exception cref="NonDeterminismException">The code does something else now.</exception>
    public static Replayed Run(string instanceId, HistoryContent history, string path, WorkflowCatalog catalog, Action onEscape, bool fresh = false)
    {
        var events = history.Events;
        var execution = new WorkflowExecution(instanceId, history.Started, catalog, onEscape);
        IReadOnlyList<Command> unwritten = [];
        List<SignalSent> inDoubt = [];
        for (var next = 0; next < events.Count;)
        {
            if (events[next++] is not Wake wake || (wake is Reply reply && !execution.Open.ContainsKey(reply.Id)))
            {
                throw Mismatch(path, events[next - 1], null);
            }

            var said = execution.Apply(wake, replaying: !fresh);
            Command[] commands = [.. said.Where(each => each is not Note)];
            inDoubt.Clear();
            var (matched, notes) = (0, 0);
            for (; next < events.Count && events[next] is Command recorded; next++)
            {
                if (recorded is Note)
                {
                    notes++;
                    continue;
                }

                if (matched == commands.Length || HistoryLine.Essence(commands[matched]) != HistoryLine.Essence(recorded))
                {
                    throw Mismatch(path, recorded, matched == commands.Length ? null : commands[matched]);
                }

                matched++;
                if (recorded is SignalSent sent)
                {
                    inDoubt.Add(sent);
                }
            }

            if (next < events.Count && matched < commands.Length)
            {
                throw Mismatch(path, events[next], commands[matched]);
            }

            unwritten = [.. said.OfType<Note>().Skip(notes), .. commands.Skip(matched)];
        }

        return new(execution, unwritten, inDoubt);
    }

    private static NonDeterminismException Mismatch(string path, HistoryEvent recorded, Command? came) => new(
        $"{path}, event {recorded.N}: the history no longer matches the code of the workflow. Expected {Short(recorded)}; came {(came is null ? "nothing" : Short(came))}.");

    private static string Short(HistoryEvent line)
    {
        const int most = 300;
        var text = HistoryLine.Essence(line);
        return text.Length <= most ? text : text[..most] + "…";
    }
}
