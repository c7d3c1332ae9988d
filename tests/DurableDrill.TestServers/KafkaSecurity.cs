using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DurableDrill.TestServers;

/// <summary>A second listener of a broker, with TLS and a password: SASL_SSL with PLAIN, under a certificate made for this run.</summary>
public sealed class KafkaSecurity
{
    /// <summary>The user.</summary>
    public const string User = "drill";

    /// <summary>Its password.</summary>
    public const string Password = "kafka-s3cret-w0rd";

    private readonly int port = ServerProcess.FreePort();
    private readonly string keyStore;

    internal KafkaSecurity(string folder)
    {
        CaFile = Path.Combine(folder, "ca.pem");
        keyStore = Path.Combine(folder, "broker.pem");
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CaFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyStore, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }

    /// <summary>Where the secured listener is.</summary>
    public string Bootstrap => $"127.0.0.1:{port}";

    /// <summary>What a client has to trust.</summary>
    public string CaFile { get; }

    internal string Listener => $"SECURE://127.0.0.1:{port}";

    internal string Configuration =>
        $"""
        listener.name.secure.sasl.enabled.mechanisms=PLAIN
        listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{User}="{Password}";
        listener.name.secure.ssl.keystore.type=PEM
        listener.name.secure.ssl.keystore.location={keyStore}

        """;
}
