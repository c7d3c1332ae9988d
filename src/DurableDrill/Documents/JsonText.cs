using System.Text;
using System.Text.Json;

namespace DurableDrill.Documents;

/// <summary>JSON as a tree with places. Comments and trailing commas are allowed.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = TreeBuilder.MaxDepth,
    };

    /// <summary>Whether a text is JSON as a whole.</summary>
    public static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Bytes(text), Options);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The document; null, with an error, when it is not JSON.</summary>
    public static Node? Read(string text, string source, FindingList findings)
    {
        var bytes = Bytes(text);
        var reader = new Utf8JsonReader(bytes, Options);
        try
        {
            reader.Read();
            var node = ReadNode(ref reader, "", 0, new Cursor(bytes, source), new TreeBuilder(findings), findings);
            reader.Read();
            return node;
        }
        catch (JsonException e)
        {
            // Lines and columns of the exception count from 0.
            var at = new Mark(source, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            findings.Error("", at, $"not JSON: {e.Message.Split(" LineNumber:")[0]}");
            return null;
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));

    private static Node ReadNode(ref Utf8JsonReader reader, string path, int depth, Cursor cursor, TreeBuilder builder, FindingList findings)
    {
        var at = cursor.At(reader.TokenStartIndex);
        builder.Count(path, at, depth);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                var items = new List<Node>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode(ref reader, $"{path}[{items.Count}]", depth + 1, cursor, builder, findings));
                }

                return new ListNode(path, at, items);
            case JsonTokenType.StartObject:
                var entries = new List<Entry>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var keyAt = cursor.At(reader.TokenStartIndex);
                    var key = Text(ref reader, path, keyAt, findings);
                    reader.Read();
                    var value = ReadNode(ref reader, Node.Join(path, key), depth + 1, cursor, builder, findings);
                    builder.Add(entries, path, new(key, keyAt, value));
                }

                return new MapNode(path, at, entries);
            case JsonTokenType.String:
                return new ScalarNode(path, at, Text(ref reader, path, at, findings), Quoted: true);
            default:
                return new ScalarNode(path, at, Encoding.UTF8.GetString(reader.ValueSpan), Quoted: false);
        }
    }

    private static string Text(ref Utf8JsonReader reader, string path, Mark at, FindingList findings)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            findings.Error(path, at, "the text holds half of a surrogate pair");
            return "";
        }
    }

    /// <summary>Turns ascending byte offsets into lines and columns.</summary>
    private sealed class Cursor(byte[] bytes, string source)
    {
        private int offset;
        private int line = 1;
        private int column = 1;

        public Mark At(long index)
        {
            for (; offset < index && offset < bytes.Length; offset++)
            {
                if (bytes[offset] == '\n')
                {
                    line++;
                    column = 1;
                }
                else if ((bytes[offset] & 0xC0) != 0x80)
                {
                    column++;
                }
            }

            return new(source, line, column);
        }
    }
}
