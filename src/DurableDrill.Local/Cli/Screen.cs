using System.Buffers;
using System.Text;
using System.Text.Json;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Where a command's words go. With <c>--json</c> standard output carries exactly one JSON document, and everything said on the way goes to
/// standard error; without, both are for people, coloured only on a terminal.
/// </summary>
internal sealed class Screen
{
    /// <summary>Wider than any line of ours: what is piped is never wrapped.</summary>
    private const int Unwrapped = 1000;

    private readonly TextWriter output;

    // A console asks its terminal for what it can do: not before there is something to say.
    private readonly Lazy<IAnsiConsole> people;
    private readonly Lazy<IAnsiConsole> error;

    public Screen(bool json, TextWriter output, TextWriter error)
    {
        Json = json;
        this.output = output;
        people = new(() => Create(output, Console.IsOutputRedirected));
        this.error = new(() => Create(error, Console.IsErrorRedirected));
        Live = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
    }

    /// <summary>Whether one JSON document is asked for.</summary>
    public bool Json { get; }

    /// <summary>Where results for people go. Not to be used with <see cref="Json"/>.</summary>
    public IAnsiConsole Out => people.Value;

    /// <summary>Where progress goes.</summary>
    public IAnsiConsole Notes => (Json ? error : people).Value;

    /// <summary>Whether <see cref="Notes"/> is a terminal, on which lines may be drawn anew.</summary>
    public bool Live { get; }

    /// <summary>Whether a person sits there who can be asked.</summary>
    public bool CanAsk => !Json && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Something worth knowing on the way; not part of the result.</summary>
    public void Note(string line) => Notes.WriteLine(line);

    /// <summary>The same for what reports its progress in words, one line at a time, from any thread.</summary>
    public IProgress<string> Progress => new Lines(this);

    /// <summary>The result: the document with <c>--json</c>, else what <paramref name="plain"/> prints.</summary>
    public void Show<T>(T document, Action<IAnsiConsole> plain)
    {
        if (Json)
        {
            output.WriteLine(JsonSerializer.Serialize(document, DrillJson.Indented));
        }
        else
        {
            plain(Out);
        }
    }

    /// <summary>The same for a document that writes itself.</summary>
    public void Show(Action<Utf8JsonWriter> document, Action<IAnsiConsole> plain)
    {
        if (!Json)
        {
            plain(Out);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = DrillJson.Encoder }))
        {
            document(json);
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    /// <summary>Why the command could not be done: on standard error, or as the one document.</summary>
    public void Fail(IReadOnlyList<Finding> reasons)
    {
        if (Json)
        {
            var errors = reasons.Select(reason => new ErrorLine(reason.Path.Length == 0 ? null : reason.Path, reason.At?.ToString(), reason.Message));
            output.WriteLine(JsonSerializer.Serialize(new { errors }, DrillJson.Indented));
            return;
        }

        foreach (var reason in reasons)
        {
            error.Value.Write(new Text("error: ", new Style(Color.Red)));
            error.Value.WriteLine(CliException.Describe(reason));
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = Unwrapped;
        }

        return console;
    }

    private sealed class Lines(Screen screen) : IProgress<string>
    {
        public void Report(string value)
        {
            lock (screen.output)
            {
                screen.Note(value);
            }
        }
    }

    private sealed record ErrorLine(string? Path, string? At, string Message);
}
