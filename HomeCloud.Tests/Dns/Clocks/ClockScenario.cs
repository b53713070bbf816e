using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Agent.Web;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Dns.Clocks;

/// <summary>The program itself through suspend, steps of the clock and renewed certificates.</summary>
[Trait("Category", "Slow")]
public sealed class ClockScenario : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A fresh answer would count down to the 30 s of a stale one in 20 s at the earliest.</summary>
    private static readonly TimeSpan LessThanTheTtlLeft = TimeSpan.FromSeconds(15);

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-clocks-").FullName;
    private readonly IPEndPoint _plain = ProgramProcess.FreeEndPoint();
    private readonly IPEndPoint _tls = ProgramProcess.FreeEndPoint();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_cached_before_a_sleep_has_expired_after_it(bool suspended)
    {
        using var clocks = await SteeredClocks.CreateAsync(_folder);
        using var before = new AnsweringUpstream(1);
        using var server = Start(clocks, "--upstream", before.Address.ToString());
        (await AskAsync(server)).LastOctet.Should().Be(1);
        (await AskAsync(server)).Ttl.Should().BeInRange(50, 60, "it is cached");

        var sleep = TimeSpan.FromHours(8);
        if (suspended)
            clocks.Suspend(sleep);
        else
            clocks.SetWall(sleep);

        // The clock of a machine that was paused is looked at once a second.
        before.Dispose();
        (await Poll.UntilAsync(async () => (await AskAsync(server)).Ttl is 30 or 0, LessThanTheTtlLeft)).Should().BeTrue("nothing fresh is left, and the upstream is gone: stale answers have 30 s");
    }

    [Fact(Timeout = Limit)]
    public async Task Setting_the_clock_back_neither_ends_an_answer_nor_prolongs_it()
    {
        using var clocks = await SteeredClocks.CreateAsync(_folder);
        using var upstream = new AnsweringUpstream(1);
        using var server = Start(clocks, "--upstream", upstream.Address.ToString());
        var first = (await AskAsync(server)).Ttl;
        clocks.SetWall(-TimeSpan.FromDays(1000));
        clocks.Live(TimeSpan.FromSeconds(20));
        (await AskAsync(server)).Ttl.Should().BeInRange(1, first - 20);
        clocks.Live(TimeSpan.FromSeconds(41));
        upstream.Dispose();
        (await AskAsync(server)).Ttl.Should().BeOneOf(30, 0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_renewed_certificate_is_served_at_the_next_reload_and_without_one_within_a_minute()
    {
        using var clocks = await SteeredClocks.CreateAsync(_folder);
        using var first = new MadeCertificates(_folder, "check.home");
        using var server = Start(clocks, "--listen-tls", _tls.ToString(), "--tls-certificate", first.CertificatePath, "--tls-key", first.KeyPath, "--upstream", "127.0.0.1:9");
        await AskAsync(server, "check.home");
        (await ThumbprintAsync()).Should().Be(first.Thumbprint);

        using var second = new MadeCertificates(_folder, "check.home");
        (await Command.RunAsync(["kill", "-HUP", $"{server.Id}"])).OrFail();
        (await Poll.UntilAsync(async () => await ThumbprintAsync() == second.Thumbprint, Patience)).Should().BeTrue("SIGHUP takes it over");

        using var third = new MadeCertificates(_folder, "check.home");
        (await Poll.UntilAsync(
            async () =>
            {
                clocks.Live(TimeSpan.FromMinutes(1));
                return await ThumbprintAsync() == third.Thumbprint;
            },
            Patience)).Should().BeTrue("it is looked at once a minute");

        await File.WriteAllTextAsync(third.CertificatePath, "-----BEGIN CERT");
        clocks.Live(TimeSpan.FromMinutes(2));
        (await ThumbprintAsync()).Should().Be(third.Thumbprint, "a torn file changes nothing");
    }

    [Fact(Timeout = Limit)]
    public async Task Its_own_certificate_is_made_again_when_the_clock_is_set_right()
    {
        using var clocks = await SteeredClocks.CreateAsync(_folder);
        clocks.SetWall(-TimeSpan.FromDays(20 * 365));
        using var server = Start(clocks, "--listen-tls", _tls.ToString(), "--upstream", "127.0.0.1:9");
        await AskAsync(server, "check.home");
        using (var wrong = await CertificateAsync())
            wrong.NotAfter.Should().BeBefore(DateTime.Now, "twenty years ago it was good for ten");

        clocks.SetWall(TimeSpan.FromDays(20 * 365));
        (await Poll.UntilAsync(
            async () =>
            {
                clocks.Live(TimeSpan.FromMinutes(1));
                using var now = await CertificateAsync();
                return now.NotBefore < DateTime.Now && now.NotAfter > DateTime.Now.AddYears(1);
            },
            Patience)).Should().BeTrue("it is looked at once a minute, from a moment that only the server knows");
    }

    private ProgramProcess Start(SteeredClocks clocks, params string[] arguments) =>
        ProgramProcess.Start(clocks.Environment, ["--listen", _plain.ToString(), "--data-dir", Path.Combine(_folder, "data"), .. arguments]);

    private async Task<(int LastOctet, int Ttl)> AskAsync(ProgramProcess server, string name = "www.example.org")
    {
        var answer = await server.AskAsync(_plain, QueryBytes.Of(name, RecordType.A));
        var record = MessageHeader.Size + DnsName.Measure(answer.AsSpan(MessageHeader.Size)) + 4;
        return MessageHeader.AnswerCount(answer) == 0 ? (0, 0) : (answer[record + 15], (int)BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(record + 6)));
    }

    private async Task<string> ThumbprintAsync()
    {
        using var certificate = await CertificateAsync();
        return certificate.Thumbprint;
    }

    private async Task<X509Certificate2> CertificateAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(_tls, deadline.Token);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "check.home" }, deadline.Token);
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
    }
}
