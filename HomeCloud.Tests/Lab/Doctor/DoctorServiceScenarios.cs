using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using HomeCloud.Agent.Doctor;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;

namespace HomeCloud.Tests.Lab.Doctor;

/// <summary>Traps of what runs beside DNS: Redis, clock, certificates, the agent.</summary>
[Collection(DoctorHomeCollection.Name)]
[Trait("Category", "Lab")]
public sealed class DoctorServiceScenarios(DoctorHome home)
{
    private const int Deadline = 180_000;
    private const int NtpPort = 123;

    [Fact(Timeout = Deadline)]
    public async Task Redis_away_then_open_to_all_and_forgetful_then_as_it_should_be()
    {
        string[] options = ["--redis", "127.0.0.1:6399"];
        var (severity, said) = await home.DoctorAsync("redis", options);
        severity.Should().Be("problem", said);

        var redis = new Daemon(home.Server, "redis", ["redis-server", "--port", "6399", "--dir", home.Server.State, "--save", "", "--maxmemory-policy", "allkeys-lru"]);
        await redis.StartAsync();
        await redis.ReadyAsync(async () => (await home.DoctorAsync("redis", options)).Severity != "problem", TimeSpan.FromSeconds(30));
        (severity, said) = await home.DoctorAsync("redis", options);
        severity.Should().Be("warning", said);
        said.Should().Contain("needs no password").And.Contain("append-only").And.Contain("noeviction");

        const string Password = "correct-horse";
        await home.OnAsync(home.Server, $"redis-cli -p 6399 CONFIG SET appendonly yes && redis-cli -p 6399 CONFIG SET maxmemory-policy noeviction && redis-cli -p 6399 CONFIG SET requirepass {Password} && echo {Password} >/run/redis-password");
        await home.MustBeOkAsync("redis", [.. options, "--redis-password-file", "/run/redis-password"]);

        // While Redis writes its first append-only file, it refuses SIGTERM ("Writing initial AOF, can't exit") and forgets it.
        await home.OnAsync(home.Server, $"for i in $(seq 300); do redis-cli -p 6399 --no-auth-warning -a {Password} INFO persistence | grep -q aof_rewrite_in_progress:0 && exit 0; sleep 0.1; done; exit 1");
        await redis.EndAsync();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_clock_that_is_wrong()
    {
        using var server = NetworkNamespace.Create(home.Lab.Router.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        server.Bind(new IPEndPoint(IPAddress.Any, NtpPort));
        var ahead = TimeSpan.FromHours(1);
        var serving = Task.Run(() => ServeTime(server, () => ahead));

        await home.TrapAsync("clock", "problem", ["behind", "set-ntp true"], () => Task.CompletedTask, () =>
        {
            ahead = TimeSpan.Zero;
            return Task.CompletedTask;
        });

        server.Close();
        await serving;
    }

    [Fact(Timeout = Deadline)]
    public async Task A_certificate_that_ran_out()
    {
        using var listener = NetworkNamespace.Create(home.Server.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var certificate = Certificate(days: -1);
        var serving = ServeTlsAsync(listener, () => certificate);

        await home.TrapAsync("certificate", "problem", ["expired on"], () => Task.CompletedTask, () =>
        {
            certificate = Certificate(days: 365);
            return Task.CompletedTask;
        }, "--tls", listener.LocalEndPoint!.ToString()!);

        listener.Close();
        await serving;
    }

    [Fact(Timeout = Deadline)]
    public async Task No_agent_runs()
    {
        var (severity, said) = await home.DoctorAsync("events");

        severity.Should().Be("problem", said);
        said.Should().Contain("no agent runs here");
    }

    [Fact(Timeout = Deadline)]
    public async Task An_agent_that_hangs()
    {
        var agent = new Daemon(home.Server, "agent", [HomeCloud.Lab.Processes.Executables.Agent, "--listen", "127.0.0.9:53", "--web", "off", "--data-dir", Path.Combine(home.Server.State, "agent-data")]);
        await agent.StartAsync();
        await agent.ReadyAsync(async () => (await home.DoctorAsync("events")).Severity == "ok", TimeSpan.FromSeconds(60));

        await home.TrapAsync(
            "events", "problem", ["does not answer", "restart"],
            () => agent.SignalAsync("STOP"),
            async () =>
            {
                await agent.EndAsync("KILL");
                await agent.StartAsync();
                await agent.ReadyAsync(async () => (await home.DoctorAsync("events")).Severity == "ok", TimeSpan.FromSeconds(60));
            });
        await agent.EndAsync();
        await home.OnAsync(home.Server, "rm -f /run/homecloud/agent.sock");
    }

    [Fact(Timeout = Deadline)]
    public async Task The_whole_examination_ends_and_names_every_check()
    {
        var result = await home.Server.RunAsync([HomeCloud.Lab.Processes.Executables.Cli, "doctor", "--json", "--dns", Lan.Server4(0)], timeout: TimeSpan.FromMinutes(3));

        using var report = JsonDocument.Parse(result.Output);
        report.RootElement.GetProperty("checks").EnumerateArray().Should().HaveCount(DoctorChecks.All(TimeProvider.System).Count).And.OnlyContain(check => check.GetProperty("findings").GetArrayLength() > 0);
        report.RootElement.GetProperty("ok").GetBoolean().Should().BeFalse();
        result.ExitCode.Should().Be(1, "no agent runs");
    }

    private static void ServeTime(Socket server, Func<TimeSpan> ahead)
    {
        var buffer = new byte[100];
        try
        {
            while (true)
            {
                EndPoint client = new IPEndPoint(IPAddress.Any, 0);
                server.ReceiveFrom(buffer, ref client);
                var answer = new byte[48];
                (answer[0], answer[1]) = (0x24, 2);
                var seconds = (DateTimeOffset.UtcNow + ahead() - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(40), (uint)seconds);
                server.SendTo(answer, client);
            }
        }
        catch (SocketException)
        {
            // Closed: the scenario is over.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private static async Task ServeTlsAsync(Socket listener, Func<X509Certificate2> certificate)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await using var tls = new SslStream(new NetworkStream(client));
                try
                {
                    await tls.AuthenticateAsServerAsync(certificate());
                }
                catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The doctor does not trust it, as it should not; it has seen it.
                }
            }
        }
        catch (SocketException)
        {
            // Closed: the scenario is over.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private static X509Certificate2 Certificate(int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cloud.home", key, HashAlgorithmName.SHA256);
        var until = DateTimeOffset.UtcNow.AddDays(days);
        using var made = request.CreateSelfSigned(until.AddDays(-400), until);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
