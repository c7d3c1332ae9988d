using DurableDrill.Adapters.Cassandra;
using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Kafka;
using DurableDrill.Adapters.Postgres;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Sources;

/// <summary>What the sources of ids need of their host.</summary>
/// <param name="Secret">Resolves a reference (<c>env:NAME</c>, <c>file:PATH</c>) to the secret; called when a source connects, never before.</param>
/// <param name="ReadSignal">Reads a signal of the target now, for sequences that follow a counter; null: there are no signals.</param>
/// <param name="Docker">The target's containers, for what is read in them; null: its components are no containers.</param>
/// <param name="Redact">Takes secrets out of what somebody else said; null: there are none.</param>
public sealed record IdSourceHost(
    Func<string, string> Secret,
    Func<string, CancellationToken, Task<double>>? ReadSignal = null,
    DockerComponents? Docker = null,
    Func<string, string>? Redact = null);

/// <summary>
/// Sources of ids as target files name them. Nothing is connected, and no secret resolved, before a source is read.
/// <list type="table">
/// <item><term>ledger: FILE</term><description>A producer's ledger (docs/ledger-format.md), or several by a pattern in the file's name
/// (<c>*.ledger</c>); <c>none</c>: there is no ledger, so the topic stands for it. No options.</description></item>
/// <item><term>kafka: BOOTSTRAP</term><description>A topic: <c>topic</c>; <c>id</c>: key (default), value, header:NAME or a JSON path of the
/// value; <c>committed</c>: true (default) leaves out what belongs to no committed transaction; <c>content</c>: key, value, header:NAME or
/// JSON paths, several with commas, whose texts are hashed as in the ledger; <c>at</c>: timestamp (default, the message's) or none; <c>timeout</c>: seconds without
/// progress before it gives up, default 30; and the connection's: <c>security</c>, <c>sasl</c>, <c>user</c>, <c>password</c> (a reference), <c>ca</c>.</description></item>
/// <item><term>postgres: CONNECTION STRING or HOST:PORT</term><description>A table: <c>table</c>; <c>id</c>: a column, default id;
/// <c>writes</c>: a column that counts writes; <c>content</c>: a whole-number column with the hash, or columns, several with commas, to be hashed;
/// <c>at</c>: a timestamp column, or commit_timestamp (of the row's last version; the server must track it); <c>where</c>: an SQL condition; and the connection's:
/// <c>database</c>, <c>user</c>, <c>password</c> (a reference), <c>tls</c>.</description></item>
/// <item><term>cassandra: HOST:PORT</term><description>A table: <c>table</c> (KEYSPACE.TABLE); <c>id</c>: a column, default id; <c>writes</c>: a column that
/// counts writes; and the connection's: <c>user</c>, <c>password</c> (a reference), <c>tls</c>.</description></item>
/// <item><term>sequence: PREFIX</term><description>PREFIX with the numbers <c>from</c> (default 1) to <c>to</c>, or to what the
/// counter <c>signal</c> says; <c>digits</c>: padded with zeros to this length, 0 (default): not padded.</description></item>
/// <item><term>file: PATH</term><description>One id a line; gzip too. No options.</description></item>
/// <item><term>command: TEXT</term><description>For sh, prints one id a line and ends with 0; only a target file may name one. <c>in</c>: in the container of this
/// component, else on this machine; <c>match</c>: a regular expression, whose first group in a line, or else all of it, is the id (lines without it are skipped);
/// <c>keyed</c>: true where an id that was written twice is printed once (default false); <c>timeout</c>: seconds without a line before it gives up, default 60.</description></item>
/// <item><term>log: COMPONENT</term><description>docker: what its container has said, a line each; <c>match</c>, <c>keyed</c>, <c>timeout</c> as for command.</description></item>
/// </list>
/// </summary>
public static class IdSources
{
    /// <summary>Opens a source.</summary>
    /// <param name="spec">The source.</param>
    /// <param name="path">Where it stands in the target file, for errors: <c>integrity.actual</c>.</param>
    /// <param name="host">Secrets and signals.</param>
    /// <exception cref="SourceSpecException">Every mistake in its kind and options.</exception>
    public static IIdSource Create(SourceSpec spec, string path, IdSourceHost host)
    {
        var options = new SourceOptions(spec, path);
        IIdSource source = spec.Kind switch
        {
            "ledger" => LedgerIdSource.Of(options),
            "kafka" => TopicIdSource.Of(options, host),
            "postgres" => TableIdSource.Of(options, host),
            "cassandra" => CassandraIdSource.Of(options, host),
            "sequence" => SequenceIdSource.Of(options, host),
            "file" => FileIdSource.Of(options),
            "command" => PrintedIdSource.OfCommand(options, host),
            "log" => PrintedIdSource.OfLog(options, host),
            _ => throw new SourceSpecException([new(Severity.Error, path,
                $"is of the kind \"{spec.Kind}\", from which ids cannot be read; allowed: ledger, kafka, postgres, cassandra, sequence, file, command, log")]),
        };
        options.Close();
        return source;
    }
}
