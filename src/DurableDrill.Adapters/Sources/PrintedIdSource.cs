using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using DurableDrill.Adapters.Commands;
using DurableDrill.Adapters.Docker;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// Ids that something prints, one a line: a command (<c>command: TEXT</c>, with <c>in</c> in a component's container), or the container itself (<c>log: COMPONENT</c>).
/// It reaches what has no port of its own, by the client that lies beside it. <c>match</c>: of the lines that it is found in, the id is its first group, or all of
/// it. <c>keyed</c>: there is one line for each id however often it was written. <c>timeout</c>: seconds without a line before it gives up.
/// </summary>
internal sealed class PrintedIdSource : IIdSource
{
    private const int BatchSize = 4096;

    private readonly string name;
    private readonly Func<CancellationToken, IAsyncEnumerable<string>> print;
    private readonly Func<CancellationToken, Task> check;
    private readonly Regex? match;
    private readonly bool keyed;
    private readonly TimeSpan patience;
    private readonly Func<string, string> redact;

    private PrintedIdSource(
        string name, Func<CancellationToken, IAsyncEnumerable<string>> print, Func<CancellationToken, Task> check, SourceOptions options, IdSourceHost host)
    {
        (this.name, this.print, this.check) = (name, print, check);
        match = Pattern(options);
        keyed = options.Flag("keyed", false);
        patience = TimeSpan.FromSeconds(options.Number("timeout", 1, 3600) ?? 60);
        redact = host.Redact ?? (text => text);
    }

    /// <summary>Standard output of a command, on this machine or in a container.</summary>
    public static PrintedIdSource OfCommand(SourceOptions options, IdSourceHost host)
    {
        var command = options.Address;
        if (string.IsNullOrWhiteSpace(command))
        {
            options.Wrong("", "is missing: the command");
        }

        return options.Optional("in") is { } component
            ? new(
                $"command in {component}", cancellation => DockerComponents.With(host.Docker, component).ReadLinesAsync(component, command, cancellation),
                ThereIs(host, component), options, host)
            : new("command", cancellation => ShellCommand.ReadLinesAsync(command, cancellation), _ => Task.CompletedTask, options, host);
    }

    /// <summary>What a container says.</summary>
    public static PrintedIdSource OfLog(SourceOptions options, IdSourceHost host)
    {
        var component = options.Address;
        return new(
            $"log of {component}", cancellation => DockerComponents.With(host.Docker, component).ReadLogAsync(component, cancellation),
            ThereIs(host, component), options, host);
    }

    public async Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation)
    {
        await ToldAsync(async () =>
        {
            await check(cancellation);
            return true;
        }, cancellation);
        return new() { Name = name, ShowsDuplicates = !keyed };
    }

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var lines = print(giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        while (await ToldAsync(() => NextBatchAsync(lines, giveUp), cancellation) is { Count: > 0 } batch)
        {
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Regex? Pattern(SourceOptions options)
    {
        if (options.Optional("match") is not { } pattern)
        {
            return null;
        }

        try
        {
            // Linear in the line, whatever the pattern.
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            options.Wrong("match", $"is no regular expression that can be used: {error.Message}");
            return null;
        }
    }

    private static Func<CancellationToken, Task> ThereIs(IdSourceHost host, string component) =>
        cancellation => DockerComponents.With(host.Docker, component).RequireAsync(component, cancellation);

    private async Task<List<IdRecord>> NextBatchAsync(IAsyncEnumerator<string> lines, CancellationTokenSource giveUp)
    {
        var batch = new List<IdRecord>(BatchSize);
        while (batch.Count < BatchSize)
        {
            var next = lines.MoveNextAsync();
            giveUp.CancelAfter(next.IsCompleted ? Timeout.InfiniteTimeSpan : patience);
            if (!await next)
            {
                break;
            }

            if (IdOf(lines.Current) is { Length: > 0 } id)
            {
                batch.Add(new(id));
            }
        }

        giveUp.CancelAfter(Timeout.InfiniteTimeSpan);
        return batch;
    }

    private string? IdOf(string line)
    {
        if (match is null)
        {
            return line.TrimEnd('\r');
        }

        var found = match.Match(line);
        return found.Success ? found.Groups[found.Groups.Count > 1 ? 1 : 0].Value : null;
    }

    private async Task<T> ToldAsync<T>(Func<Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await read();
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new IdSourceException($"{name}: no line came within {patience.TotalSeconds:0} s", error);
        }
        catch (Exception error) when (error is TargetException or IOException or HttpRequestException or CommandException)
        {
            throw new IdSourceException(redact($"{name}: {error.Message}"), error);
        }
    }
}
