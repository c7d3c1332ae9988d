using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// A number out of a file. <c>file: PATH</c>; <c>value</c>: number (default: the file's text), a JSON path of its content (<c>$.lag</c>), lines (complete ones; only what is new since the
/// last reading is read), bytes, or mtime (seconds since 1970); <c>max_age</c>: a file that was last written longer ago is a gap.
/// </summary>
internal sealed class FileProbe(string path, string value, JsonPath? json, TimeSpan? maxAge, TimeProvider time) : IProbe
{
    private const int MaxContent = 1024 * 1024;
    private readonly byte[] buffer = new byte[64 * 1024];
    private long counted;
    private long lines;

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var value = options.Optional("value") ?? "number";
        var json = JsonPath.TryParse(value);
        if (json is null)
        {
            options.OneOf("value", "number", "number", "lines", "bytes", "mtime", "a JSON path such as $.lag");
        }

        return new FileProbe(options.Address, value, json, options.Duration("max_age"), host.Time);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && time.GetUtcNow() - file.LastWriteTimeUtc is var age && age > maxAge)
            {
                throw new ProbeException(string.Create(CultureInfo.InvariantCulture, $"file {path}: it was last written {age.TotalSeconds:0} s ago: it no longer moves"));
            }

            return new(value switch
            {
                "bytes" => file.Length,
                "mtime" when file.Exists => (file.LastWriteTimeUtc - DateTime.UnixEpoch).TotalSeconds,
                "mtime" => throw new FileNotFoundException("it is not there"),
                "lines" => await CountAsync(cancellation),
                _ => Number(await ContentAsync(cancellation)),
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ProbeException($"file {path}: {error.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string> ContentAsync(CancellationToken cancellation)
    {
        await using var stream = Open();
        return stream.Length <= MaxContent
            ? await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync(cancellation)
            : throw new ProbeException($"file {path}: {stream.Length} bytes are too many to be a number; at most {MaxContent} are read");
    }

    private double Number(string content)
    {
        var text = content.Trim();
        if (json is not null)
        {
            using var document = JsonDocument.Parse(content);
            text = json.FindText(document.RootElement) ?? throw new ProbeException($"file {path}: there is nothing at {json}");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProbeException($"file {path}: it holds no number but \"{Http.HttpSource.Quoted(text)}\"");
    }

    private async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var stream = Open();
        if (stream.Length < counted)
        {
            // Cut off or replaced: it is another file now.
            counted = lines = 0;
        }

        stream.Seek(counted, SeekOrigin.Begin);
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            counted += read;
        }

        return lines;
    }

    private FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
