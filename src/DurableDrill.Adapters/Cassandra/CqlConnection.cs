using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace DurableDrill.Adapters.Cassandra;

/// <summary>
/// One connection to a Cassandra node: version 4 of the native protocol, one request at a time, results in pages, a password, TLS. What goes
/// wrong is a <see cref="CqlException"/>, after which the connection is of no more use.
/// </summary>
internal sealed class CqlConnection : IAsyncDisposable
{
    private const byte Request = 0x04, Response = 0x84;
    private const int HeaderBytes = 9, MaxBody = 256 << 20;
    private const int LocalQuorum = 0x06, One = 0x01;
    private const byte WithPageSize = 0x04, WithPagingState = 0x08;

    private readonly TcpClient client;
    private readonly Stream stream;
    private readonly CqlEndpoint endpoint;

    private CqlConnection(TcpClient client, Stream stream, CqlEndpoint endpoint)
    {
        this.client = client;
        this.stream = stream;
        this.endpoint = endpoint;
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="CqlException">The node does not answer, or refuses.</exception>
    public static async Task<CqlConnection> OpenAsync(CqlEndpoint endpoint, Func<string, string> secret, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellation);
            Stream stream = client.GetStream();
            if (endpoint.Tls != "disable")
            {
                var tls = new SslStream(stream, leaveInnerStreamOpen: false, endpoint.Tls == "require" ? (_, _, _, _) => true : null);
                stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = endpoint.Host }, cancellation);
            }

            var connection = new CqlConnection(client, stream, endpoint);
            await connection.LogInAsync(secret, cancellation);
            return connection;
        }
        catch (Exception error)
        {
            client.Dispose();
            throw error is IOException or SocketException or System.Security.Authentication.AuthenticationException ? endpoint.Failed(error.Message, error) : error;
        }
    }

    /// <summary>The rows of a query, a page at a time.</summary>
    /// <param name="query">CQL.</param>
    /// <param name="pageSize">Rows of a page.</param>
    /// <param name="quorum">Whether a quorum of the local replicas must agree; else one answers.</param>
    /// <param name="cancellation">Gives up; the connection is of no more use then.</param>
    /// <exception cref="CqlException">The node refuses, or is gone.</exception>
    public async IAsyncEnumerable<CqlPage> ReadAsync(string query, int pageSize, bool quorum, [EnumeratorCancellation] CancellationToken cancellation)
    {
        byte[]? state = null;
        do
        {
            var page = await PageAsync(query, pageSize, quorum, state, cancellation);
            yield return page;
            state = page.Next;
        }
        while (state is not null);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task<CqlPage> PageAsync(string query, int pageSize, bool quorum, byte[]? state, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetBytes(query);
        var body = new CqlWriter().Bytes(text).Short(quorum ? LocalQuorum : One)
            .Byte((byte)(WithPageSize | (state is null ? 0 : WithPagingState))).Int(pageSize);
        if (state is not null)
        {
            body.Bytes(state);
        }

        var (opcode, answer) = await AskAsync(CqlOpcode.Query, body.Body, cancellation);
        try
        {
            return opcode == CqlOpcode.Result ? CqlPage.Parse(answer) : throw endpoint.Failed($"an answer of kind {opcode} came to a query");
        }
        catch (InvalidDataException error)
        {
            throw endpoint.Failed(error.Message, error);
        }
    }

    private async Task LogInAsync(Func<string, string> secret, CancellationToken cancellation)
    {
        var (opcode, _) = await AskAsync(CqlOpcode.Startup, new CqlWriter().Short(1).Text("CQL_VERSION").Text("3.0.0").Body, cancellation);
        if (opcode == CqlOpcode.Authenticate)
        {
            if (endpoint.User is null)
            {
                throw endpoint.Failed("the node wants a user and a password; give \"user\" and \"password\"");
            }

            (opcode, _) = await AskAsync(
                CqlOpcode.AuthResponse,
                new CqlWriter().Bytes(Encoding.UTF8.GetBytes($"\0{endpoint.User}\0{secret(endpoint.PasswordReference!)}")).Body,
                cancellation);
        }

        if (opcode is not (CqlOpcode.Ready or CqlOpcode.AuthSuccess))
        {
            throw endpoint.Failed($"an answer of kind {opcode} came to the log-in");
        }
    }

    private async Task<(CqlOpcode Opcode, byte[] Body)> AskAsync(CqlOpcode opcode, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        try
        {
            var frame = new byte[HeaderBytes + body.Length];
            frame[0] = Request;
            frame[4] = (byte)opcode;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), body.Length);
            body.CopyTo(frame.AsMemory(HeaderBytes));
            await stream.WriteAsync(frame, cancellation);

            var header = new byte[HeaderBytes];
            await stream.ReadExactlyAsync(header, cancellation);
            var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5));
            if (header[0] != Response || length is < 0 or > MaxBody)
            {
                throw endpoint.Failed($"it does not speak version 4 of Cassandra's protocol (its first bytes are {Convert.ToHexString(header)})");
            }

            var answer = new byte[length];
            await stream.ReadExactlyAsync(answer, cancellation);
            answer = CqlReader.WithoutExtras(header[1], answer);
            return (CqlOpcode)header[4] == CqlOpcode.Error ? throw endpoint.Failed(ErrorOf(answer)) : ((CqlOpcode)header[4], answer);
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidDataException)
        {
            throw endpoint.Failed(error.Message, error);
        }
    }

    private static string ErrorOf(byte[] body)
    {
        var reader = new CqlReader(body);
        var code = reader.Int();
        return $"the node refused (0x{code:x4}): {reader.Text()}";
    }
}

/// <summary>Where a node is and how one logs in. The options of a source that are the connection's: <c>user</c> and <c>password</c> (a reference), <c>tls</c>.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">Null: nobody logs in.</param>
/// <param name="PasswordReference">Never the password.</param>
/// <param name="Tls">disable, require (any certificate) or verify-full.</param>
internal sealed record CqlEndpoint(string Host, int Port, string? User, string? PasswordReference, string Tls)
{
    /// <summary>Reads address (<c>HOST:PORT</c>) and options.</summary>
    public static CqlEndpoint Of(Sources.SourceOptions options)
    {
        var colon = options.Address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(options.Address.AsSpan(colon + 1), out var port) || port is <= 0 or > 65535)
        {
            options.Wrong("", $"is \"{options.Address}\"; allowed: HOST:PORT");
            return new("", 0, null, null, "disable");
        }

        var user = options.Optional("user");
        var password = options.Reference("password");
        if ((user is null) != (password is null))
        {
            options.Wrong(user is null ? "user" : "password", "is missing: user and password come together");
        }

        return new(options.Address[..colon].Trim('[', ']'), port, user, password, options.OneOf("tls", "disable", "disable", "require", "verify-full"));
    }

    public CqlException Failed(string problem, Exception? inner = null) => new($"cassandra {Host}:{Port}: {problem}", inner);
}

/// <summary>A Cassandra node does not answer or refuses; the message says what it said.</summary>
internal sealed class CqlException(string message, Exception? inner = null) : Exception(message, inner);
