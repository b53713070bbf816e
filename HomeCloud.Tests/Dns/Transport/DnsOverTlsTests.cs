using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Lab.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>RFC 7858.</summary>
public sealed class DnsOverTlsTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tls-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Queries_are_answered_over_tls_with_a_certificate_of_our_own()
    {
        await using var fixture = new TransportFixture(tls: Certificate(new ListenOptions()).Load(), configure: options => options.IdleTimeout = TransportFixture.Deadline);
        await using var stream = await ConnectAsync(fixture);

        stream.NegotiatedApplicationProtocol.Should().Be(new SslApplicationProtocol("dot"));
        await stream.WriteAsync(Enumerable.Range(0, 8).SelectMany(id => StreamTests.Frame(ScriptedHandler.Query((ushort)id))).ToArray());
        for (var id = 0; id < 8; id++)
            (await StreamTests.ReadAsync(stream))[1].Should().Be((byte)id);
        await stream.WriteAsync(StreamTests.Frame(ScriptedHandler.Query(9, ScriptedHandler.Defer)));
        await TransportFixture.UntilAsync(() => !fixture.Handler.Deferred.IsEmpty);
        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Send(late.Query);
        (await StreamTests.ReadAsync(stream))[1].Should().Be(9);
        fixture.Handler.Seen.Should().OnlyContain(seen => seen.Transport == QueryTransport.Tls);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_certificate_of_our_own_is_kept_and_its_key_is_private()
    {
        var first = Certificate(new ListenOptions()).Load().ServerCertificateContext!.TargetCertificate.Thumbprint;
        var second = Certificate(new ListenOptions()).Load().ServerCertificateContext!.TargetCertificate.Thumbprint;

        second.Should().Be(first);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_directory.FullName, "dns-tls.key")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Task.CompletedTask;
    }

    [Theory(Timeout = Timeout)]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_client_that_comes_again_resumes_its_session(string version)
    {
        await using var fixture = new TransportFixture(tls: Certificate(new ListenOptions()).Load());
        var session = Path.Combine(_directory.FullName, "session.pem");

        (await ClientAsync(fixture, session, version, "-sess_out", session)).Should().Contain("New, TLSv1");
        (await ClientAsync(fixture, session, version, "-sess_in", session)).Should().Contain("Reused, TLSv1");
    }

    [Fact(Timeout = Timeout)]
    public async Task Garbage_and_silence_instead_of_a_handshake_do_no_harm()
    {
        await using var fixture = new TransportFixture(
            tls: Certificate(new ListenOptions()).Load(),
            configure: options => options.IdleTimeout = TimeSpan.FromSeconds(1));
        await using var garbage = await fixture.TcpClientAsync();
        await garbage.WriteAsync(new byte[100]);
        await using var silence = await fixture.TcpClientAsync();

        await StreamLimitTests.AssertClosedAsync(garbage);
        await StreamLimitTests.AssertClosedAsync(silence);
    }

    [Fact]
    public void A_certificate_that_is_none_is_one_line_with_the_fix()
    {
        var path = Path.Combine(_directory.FullName, "x.pem");
        File.WriteAllText(path, "not a certificate");

        var load = () => Certificate(new ListenOptions { TlsCertificate = path, TlsKey = path }).Load();

        load.Should().Throw<ListenException>().Which.Message.Should().Contain(path).And.Contain("--tls-certificate").And.NotContain("\n");
    }

    private TlsCertificate Certificate(ListenOptions options) => new(options, _directory.FullName, TimeProvider.System, NullLogger<TlsCertificate>.Instance);

    // Its tickets come after the handshake in TLS 1.3 (RFC 8446, section 4.6.1): it stays until it has written the session.
    private static async Task<string> ClientAsync(TransportFixture fixture, string session, params IReadOnlyList<string> options)
    {
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", fixture.EndPoint.ToString(), "-alpn", "dot", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var client = Process.Start(start)!;
        var errors = client.StandardError.ReadToEndAsync();
        var output = new ConcurrentQueue<string>();
        client.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        client.BeginOutputReadLine();
        await Poll.UntilAsync(() => client.HasExited || (File.Exists(session) && output.Any(line => line.StartsWith("New, ", StringComparison.Ordinal) || line.StartsWith("Reused, ", StringComparison.Ordinal))), TransportFixture.Deadline);
        client.StandardInput.Close();
        await client.WaitForExitAsync();
        return string.Join('\n', output) + await errors;
    }

    private static async Task<SslStream> ConnectAsync(TransportFixture fixture)
    {
        var stream = new SslStream(await fixture.TcpClientAsync());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "check.home",
            ApplicationProtocols = [new SslApplicationProtocol("dot")],
            EnabledSslProtocols = SslProtocols.None,
            CertificateChainPolicy = new X509ChainPolicy { VerificationFlags = X509VerificationFlags.AllFlags, RevocationMode = X509RevocationMode.NoCheck },
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        return stream;
    }
}
