using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Telemetry;

namespace HomeCloud.Tests.Dns.Hosting.Control;

/// <summary>SIGHUP on the real programs: other upstream servers and another log level, and not one query lost meanwhile.</summary>
[Trait("Category", "Slow")]
public sealed class ReloadScenario : IDisposable
{
    private const string Reloaded = "Configuration reloaded";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-reload-").FullName;
    private readonly int _port = FreePort.Find();
    private readonly UdpClient _client = new();
    private Process? _server;
    private int _asked;
    private int _unanswered;

    [Theory(Timeout = 180_000)]
    [InlineData("homecloud-dns")]
    [InlineData("homecloud-agent")]
    public async Task Another_upstream_takes_over_without_a_lost_query_and_a_wrong_file_changes_nothing(string program)
    {
        using var first = new AnsweringUpstream(1);
        using var second = new AnsweringUpstream(2);
        Configure($"\"upstream\": [\"{first.Address}\"]");
        await StartAsync(program);
        (await AnsweredByAsync(1)).Should().BeTrue(Log());

        Configure($"\"upstream\": [\"{second.Address}\"], \"log-level\": [\"error\", \"HomeCloud.Dns.Forwarding=debug\"]");
        await HangUpAsync();
        (await AnsweredByAsync(2)).Should().BeTrue(Log());
        Log().Should().NotContain(Reloaded, "information is not written any more");

        Configure("\"upstream\": [\"not an address\"]");
        await HangUpAsync();
        (await Poll.UntilAsync(() => Log().Contains("Configuration not reloaded", StringComparison.Ordinal), Patience)).Should().BeTrue(Log());
        (await AnsweredByAsync(2)).Should().BeTrue(Log());

        // What the start refuses is refused here too, and what was remembered stays.
        Configure($"\"upstream\": [\"127.0.0.1:{_port}\"]");
        await HangUpAsync();
        (await Poll.UntilAsync(() => Log().Contains("is this server itself", StringComparison.Ordinal), Patience)).Should().BeTrue(Log());
        (await AnsweredByAsync(2)).Should().BeTrue(Log());

        // Over and over, while questions come in all the time.
        for (byte upstream = 1; upstream <= 10; upstream++)
        {
            Configure($"\"upstream\": [\"{(upstream % 2 == 0 ? second : first).Address}\"]");
            await HangUpAsync();
            (await AnsweredByAsync((byte)(upstream % 2 == 0 ? 2 : 1))).Should().BeTrue(Log());
        }

        Log().Should().Contain(Reloaded);
        _unanswered.Should().Be(0, $"of {_asked} questions: {Log()}");
    }

    [Theory(Timeout = 180_000)]
    [InlineData("homecloud-dns")]
    [InlineData("homecloud-agent")]
    public async Task Block_lists_allowed_names_and_local_names_come_and_go(string program)
    {
        using var upstream = new AnsweringUpstream(7);
        var list = Path.Combine(_folder, "ads.txt");
        await File.WriteAllTextAsync(list, "||example.org^\n");
        var forwarding = $"\"upstream\": [\"{upstream.Address}\"]";
        var blocking = $"{forwarding}, \"block\": [\"ads={list}\"]";
        Configure(forwarding);
        await StartAsync(program);
        (await AnsweredByAsync(7)).Should().BeTrue(Log());

        await TakesOverAsync(blocking, (0, 0), "both are blocked");
        await TakesOverAsync($"{blocking}, \"allow\": [\"name0.example.org\"]", (7, 0), "one is allowed");
        await TakesOverAsync($"{blocking}, \"local\": [\"name1.example.org=192.168.1.9\"]", (0, 9), "one has an address at home");
        await TakesOverAsync(forwarding, (7, 7), "nothing of it is left");

        _unanswered.Should().Be(0, $"of {_asked} questions: {Log()}");

        async Task TakesOverAsync(string options, (int, int) octets, string because)
        {
            Configure(options);
            await HangUpAsync();
            (await Poll.UntilAsync(() => (Ask("name0.example.org."), Ask("name1.example.org.")) == octets, Patience)).Should().BeTrue("{0}: {1}", because, Log());
        }
    }

    public void Dispose()
    {
        _server?.Kill(entireProcessTree: true);
        _server?.WaitForExit();
        _server?.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Configure(string options) => File.WriteAllText(Path.Combine(_folder, "dns.json"), "{ " + options + " }");

    private string Log() => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    private async Task StartAsync(string program)
    {
        // No engine is there: the agent answers all the same.
        string[] command = program == "homecloud-dns" ? [Executables.Dns] : [Executables.Agent, "--docker-host", $"unix://{_folder}/no-engine", "--web", "off", "--control-socket", "off"];
        // Whoever runs the tests by nohup made SIGHUP ignored, and that is inherited.
        _server = Process.Start("env", ["--default-signal=HUP", "sh", "-c", "exec \"$@\" >\"$0\" 2>&1", Path.Combine(_folder, "log"), .. command, "--listen", $"127.0.0.1:{_port}", "--config", Path.Combine(_folder, "dns.json"), "--data-dir", _folder]);
        _client.Connect(IPAddress.Loopback, _port);
        _client.Client.ReceiveTimeout = 5000;
        if (!await Poll.UntilAsync(() => Log().Contains("Listening on", StringComparison.Ordinal), Patience))
            Assert.Fail("did not start: " + Log());
    }

    private async Task HangUpAsync() => (await Command.RunAsync(["kill", "-HUP", $"{_server!.Id}"])).OrFail();

    /// <summary>Asks two names until the last octet of an answer is the upstream's; every question must be answered.</summary>
    private Task<bool> AnsweredByAsync(byte upstream) =>
        // A name that was asked before must not come from the server before.
        Poll.UntilAsync(() => Ask($"name{_asked % 2}.example.org.") == upstream, Patience);

    /// <returns>The last octet of the answer; -1 for none.</returns>
    private int Ask(string name)
    {
        _asked++;
        _client.Client.Send(ScriptedQueries.Query(name, RecordType.A));
        try
        {
            var answer = new byte[512];
            var length = _client.Client.Receive(answer);
            if ((answer[3] & 15) != 0)
                _unanswered++;
            return length > 0 ? AnsweringUpstream.LastOctet(answer.AsSpan(0, length)) : -1;
        }
        catch (SocketException)
        {
            _unanswered++;
            return -1;
        }
    }
}
