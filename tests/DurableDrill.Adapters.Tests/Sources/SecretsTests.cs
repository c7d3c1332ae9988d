using System.Text;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Sources;

public sealed class SecretsTests : IDisposable
{
    private const string Secret = "hunter2/&ü";
    private readonly string file = Path.GetTempFileName();

    public SecretsTests()
    {
        File.WriteAllText(file, Secret + "\n");
        Environment.SetEnvironmentVariable("SECRETS_TEST", Secret);
    }

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Resolve_EnvironmentAndFile_AreTheSecret()
    {
        var secrets = new Secrets();
        Assert.Equal(Secret, secrets.Resolve("env:SECRETS_TEST"));
        Assert.Equal(Secret, secrets.Resolve($"file:{file}"));
    }

    [Theory]
    [InlineData("env:NOT_SET_AT_ALL", "the environment variable NOT_SET_AT_ALL is not set")]
    [InlineData("hunter2", "a secret is given where a reference to one is needed; allowed: env:NAME, file:PATH")]
    [InlineData("file:/nowhere/secret", "the secret file:/nowhere/secret cannot be read: ")]
    public void Resolve_NothingThere_SaysWhichReferenceAndNoSecret(string reference, string message) =>
        Assert.StartsWith(message, Assert.Throws<SecretException>(() => new Secrets().Resolve(reference)).Message);

    [Fact]
    public void Redact_EveryFormOfAResolvedSecret_IsGone()
    {
        var secrets = new Secrets();
        secrets.Resolve("env:SECRETS_TEST");
        Assert.Equal(
            "plain ***, url ***, base64 ***",
            secrets.Redact($"plain {Secret}, url {Uri.EscapeDataString(Secret)}, base64 {Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))}"));
    }

    /// <summary>Every kind that takes a secret, against a server that repeats it: nothing of it may be in what is thrown.</summary>
    [Fact]
    public async Task Gaps_OfEveryKindWithASecret_HoldNothingOfIt()
    {
        using var echo = new LoopbackHttp($"denied for {Secret}", status: 401);
        (string Kind, string Address, (string, string)[] Options)[] sources =
        [
            ("http", echo.Address, [("value", "$.a"), ("bearer", "env:SECRETS_TEST")]),
            ("http", echo.Address, [("value", "$.a"), ("user", "me"), ("password", $"file:{file}")]),
            ("prometheus", echo.Address, [("query", "up"), ("bearer", "env:SECRETS_TEST")]),
            ("flink", echo.Address, [("bearer", "env:SECRETS_TEST")]),
            ("spark", echo.Address, [("user", "me"), ("password", $"file:{file}")]),
            ("postgres", "127.0.0.1:1", [("query", "select 1"), ("password", "env:SECRETS_TEST")]),
            ("kafka", "127.0.0.1:1", [("value", "brokers"), ("security", "sasl_plaintext"), ("sasl", "plain"), ("user", "me"), ("password", "env:SECRETS_TEST")]),
            ("kafka", "127.0.0.1:1", [("topic", "t"), ("security", "sasl_plaintext"), ("sasl", "plain"), ("user", "me"), ("password", "env:SECRETS_TEST")]),
        ];
        foreach (var (kind, address, options) in sources)
        {
            await using var probe = Source.Probe(kind, address, options);
            var error = await Assert.ThrowsAsync<ProbeException>(async () => await probe.ReadAsync(CancellationToken.None));
            foreach (var form in new[] { Secret, "hunter2", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Secret}")) })
            {
                Assert.DoesNotContain(form, error.ToString());
            }
        }
    }
}
