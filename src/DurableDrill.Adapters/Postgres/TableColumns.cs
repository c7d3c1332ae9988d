using System.Text.RegularExpressions;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;
using Npgsql;

namespace DurableDrill.Adapters.Postgres;

/// <summary>Which columns of a table hold what, and the query that reads them: id, writes, content (hash), content (text), at.</summary>
internal sealed partial class TableColumns
{
    private const string None = "null";

    private TableColumns(string table, string id, string? writes, string query, string repeated)
    {
        Table = table;
        Id = id;
        Writes = writes;
        Query = query;
        Repeated = repeated;
    }

    /// <summary>The table, quoted where its name needs it.</summary>
    public string Table { get; }

    /// <summary>The id's column, not quoted.</summary>
    public string Id { get; }

    /// <summary>The column that counts writes; null: there is none.</summary>
    public string? Writes { get; }

    /// <summary>The statement.</summary>
    public string Query { get; }

    /// <summary>The statement for the ids with more than one write, and how many; its parameter <c>most</c> limits the rows.</summary>
    public string Repeated { get; }

    /// <summary>Reads the options table, id, writes, content, at, where.</summary>
    public static TableColumns Of(SourceOptions options)
    {
        var table = Name(options, "table", options.Required("table", "the table's name, with its schema where it needs one"), allowSchema: true);
        var id = Column(options, "id", options.Optional("id") ?? "id");
        var writes = options.Optional("writes") is { } counter ? Column(options, "writes", counter) : null;
        var content = (options.Optional("content")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Select(column => Column(options, "content", column)).ToList();
        var at = options.Optional("at") switch
        {
            null => $"{None}::timestamptz",
            "commit_timestamp" => "pg_xact_commit_timestamp(xmin)",
            var column => $"{Column(options, "at", column)}::timestamptz",
        };
        // One column is the hash itself, several are hashed here.
        var hash = content.Count == 1 ? content[0] : None;
        var texts = content.Count > 1 ? $"concat_ws('|', {string.Join(", ", content.Select(column => $"coalesce({column}::text, '')"))})" : None;
        var where = options.Optional("where") is { } condition ? $" where {condition}" : "";
        var all = $"select {id}::text as id, {writes ?? "1"}::bigint as writes from {table}{where}";
        return new(
            table, Unquoted(id), writes,
            $"select {id}::text, {writes ?? "1"}::bigint, {hash}::bigint, {texts}::text, {at} from {table}{where}",
            writes is null
                ? $"select id, count(*) from ({all}) as rows group by id having count(*) > 1 limit @most"
                : $"select id, writes from ({all}) as rows where writes > 1 limit @most");
    }

    /// <summary>The record of the reader's row.</summary>
    public IdRecord Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        Writes: row.IsDBNull(1) ? 1 : (int)Math.Min(row.GetInt64(1), int.MaxValue),
        Content: !row.IsDBNull(2) ? unchecked((ulong)row.GetInt64(2)) : !row.IsDBNull(3) ? ContentHash.Of(row.GetString(3)) : null,
        At: row.IsDBNull(4) ? null : new DateTimeOffset(row.GetDateTime(4), TimeSpan.Zero));

    private static string Column(SourceOptions options, string option, string name) => Name(options, option, name, allowSchema: false);

    /// <summary>A name as SQL takes it: folded to lower case by the server unless it stands in quotes, as everywhere in PostgreSQL.</summary>
    private static string Name(SourceOptions options, string option, string name, bool allowSchema)
    {
        var parts = NamePart().Matches(name);
        if (name.Length > 0 && (parts.Count == 0 || parts.Count > (allowSchema ? 2 : 1) || string.Join('.', parts.Select(part => part.Value)) != name))
        {
            options.Wrong(option, $"is \"{name}\", which is no name{(allowSchema ? ", with or without its schema" : " of a column")}; odd names stand in double quotes");
        }

        return name;
    }

    private static string Unquoted(string name) => name.StartsWith('"') ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name.ToLowerInvariant();

    [GeneratedRegex("""[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*|"(?:[^"]|"")+" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NamePart();
}
