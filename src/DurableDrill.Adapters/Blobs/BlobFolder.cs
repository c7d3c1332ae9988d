using System.Net;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using DurableDrill.Adapters.Files;
using DurableDrill.Faults;

namespace DurableDrill.Adapters.Blobs;

/// <summary>
/// The blobs of a container under a prefix. Each is there whole or not at all, and every write that must not lose another's is conditional
/// on the blob's ETag. The container is made by the first write that misses it.
/// </summary>
/// <param name="container">The container; it need not exist.</param>
/// <param name="prefix">Empty, or the start of every blob's name, with its '/'.</param>
internal sealed class BlobFolder(BlobContainerClient container, string prefix)
{
    private const int ReadBytes = 1 << 20;

    /// <summary>Where a person finds a blob. A signature in the account's address is no part of it.</summary>
    public string Locate(string name) => container.GetBlobClient(prefix + name).Uri.GetLeftPart(UriPartial.Path);

    /// <summary>Writes or replaces a blob.</summary>
    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        UploadAsync(name, content, null, null, cancellation);

    /// <summary>Writes a blob that must not be there yet; false when it is.</summary>
    public Task<bool> TryCreateAsync(
        string name, ReadOnlyMemory<byte> content, IDictionary<string, string>? metadata, CancellationToken cancellation) =>
        UploadAsync(name, content, metadata, new() { IfNoneMatch = ETag.All }, cancellation);

    /// <summary>Replaces a blob; false when it has changed since this version was read, or is gone.</summary>
    public Task<bool> TryReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IDictionary<string, string>? metadata, string version, CancellationToken cancellation) =>
        UploadAsync(name, content, metadata, new() { IfMatch = new ETag(version) }, cancellation);

    /// <summary>Writes or replaces a blob with these lines.</summary>
    public async Task WriteLinesAsync(string name, IAsyncEnumerable<string> lines, CancellationToken cancellation)
    {
        // On the disk first: memory stays bounded, the SDK can send a part again, and a source that breaks leaves no half of a blob.
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, StreamLines.BufferBytes,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await StreamLines.WriteAsync(file, lines, cancellation);
        await UploadAsync(
            name,
            (blob, options) =>
            {
                file.Position = 0;
                return blob.UploadAsync(file, options, cancellation);
            },
            null, null, cancellation);
    }

    /// <summary>Reads a blob line by line; no line when there is none.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(string name, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var stream = await OpenAsync(name, cancellation);
        await using var lines = StreamLines.ReadAsync(stream, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync())
        {
            yield return lines.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await lines.MoveNextAsync();
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                throw Failed("read", name, error);
            }
        }
    }

    /// <summary>Reads a blob; null when there is none.</summary>
    public async Task<Versioned<byte[]>?> ReadAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var read = (await container.GetBlobClient(prefix + name).DownloadContentAsync(cancellation)).Value;
            return new(read.Content.ToArray(), read.Details.ETag.ToString("H"));
        }
        catch (RequestFailedException error) when (error.Status == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            throw Failed("read", name, error);
        }
    }

    /// <summary>Removes a blob; false when there was none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await container.DeleteBlobIfExistsAsync(prefix + name, cancellationToken: cancellation);
        }
        catch (RequestFailedException error) when (error.Status == (int)HttpStatusCode.NotFound)
        {
            // Not even its container is there.
            return false;
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            throw Failed("remove", name, error);
        }
    }

    /// <summary>The blobs whose names start so, in order of name, without the prefix; not those in a folder below.</summary>
    public async IAsyncEnumerable<BlobEntry> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var items = container.GetBlobsByHierarchyAsync(BlobTraits.Metadata, BlobStates.None, "/", prefix + start, cancellation)
            .GetAsyncEnumerator(cancellation);
        while (await NextAsync())
        {
            if (items.Current is { IsBlob: true, Blob: var blob })
            {
                yield return new(blob.Name[prefix.Length..], blob.Metadata.AsReadOnly());
            }
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (RequestFailedException error) when (error.Status == (int)HttpStatusCode.NotFound)
            {
                return false;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                throw Failed("list", start, error);
            }
        }
    }

    private async Task<Stream> OpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await container.GetBlobClient(prefix + name).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBytes }, cancellation);
        }
        catch (RequestFailedException error) when (error.Status == (int)HttpStatusCode.NotFound)
        {
            return Stream.Null;
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            throw Failed("read", name, error);
        }
    }

    private Task<bool> UploadAsync(
        string name, ReadOnlyMemory<byte> content, IDictionary<string, string>? metadata, BlobRequestConditions? conditions, CancellationToken cancellation) =>
        UploadAsync(name, (blob, options) => blob.UploadAsync(BinaryData.FromBytes(content), options, cancellation), metadata, conditions, cancellation);

    private async Task<bool> UploadAsync(
        string name,
        Func<BlobClient, BlobUploadOptions, Task> upload,
        IDictionary<string, string>? metadata,
        BlobRequestConditions? conditions,
        CancellationToken cancellation)
    {
        var options = new BlobUploadOptions { Conditions = conditions, Metadata = metadata, HttpHeaders = new() { ContentType = ContentTypeOf(name) } };
        while (true)
        {
            try
            {
                await upload(container.GetBlobClient(prefix + name), options);
                return true;
            }
            catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                await CreateContainerAsync(cancellation);
            }
            catch (RequestFailedException error) when (conditions is not null
                && (error.Status == (int)HttpStatusCode.PreconditionFailed || error.ErrorCode == BlobErrorCode.BlobAlreadyExists || error.ErrorCode == BlobErrorCode.BlobNotFound))
            {
                // The SDK tries again when an answer is lost, so this may have been our own write. Whoever is told "false" reads what is there.
                return false;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                throw Failed("write", name, error);
            }
        }
    }

    private async Task CreateContainerAsync(CancellationToken cancellation)
    {
        try
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            throw Failed("create", "", error);
        }
    }

    /// <summary>The first line of the service's error says what it is; the rest is headers. An AggregateException is what the SDK throws after its retries.</summary>
    private IOException Failed(string verb, string name, Exception error)
    {
        var last = error is AggregateException several ? several.InnerExceptions[^1] : error;
        var status = last is RequestFailedException { Status: > 0 } answered ? $"{answered.Status} {answered.ErrorCode}: " : "";
        return new($"cannot {verb} the blob {container.AccountName}/{container.Name}/{prefix}{name}: {status}{last.Message.Split('\n')[0].Trim()}", error);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".json" => "application/json",
        ".jsonl" => "application/jsonl",
        ".txt" => "text/plain; charset=utf-8",
        ".md" => "text/markdown; charset=utf-8",
        ".html" => "text/html; charset=utf-8",
        ".xml" => "application/xml",
        _ => "application/octet-stream",
    };
}

/// <summary>A blob in a listing.</summary>
/// <param name="Name">Without the folder's prefix.</param>
/// <param name="Metadata">What was written with it.</param>
internal sealed record BlobEntry(string Name, IReadOnlyDictionary<string, string> Metadata);
