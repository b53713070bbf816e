using HomeCloud.Commands;
using HomeCloud.Dns.Serving;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Scenarios.Served;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Hosting.Control;

/// <summary>
/// <c>homecloud-dns cache</c> and <c>homecloud-agent cache</c>, the real programs, against the server as it also runs inside
/// the agent.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CacheCommandTests : IAsyncLifetime
{
    private const int Timeout = 120_000;

    private readonly ScriptedServer _upstream = new ScriptedServer().When("*", RecordType.A, reply => reply.Answers.Add("@ 3600 A 192.0.2.1"));
    private ScenarioServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ScenarioServer.StartAsync(options => options.Forwarding.Upstreams.Add(_upstream.EndPoint.ToString()));
        foreach (var name in (string[])["www.example.com", "mail.example.com", "www.example.org"])
            await AskAsync(name);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("homecloud-dns")]
    [InlineData("homecloud-agent")]
    public async Task Shows_and_forgets(string program)
    {
        var all = await RunAsync(program, "dump");
        all.Should().StartWith("; 3 responses, ").And.Contain("www.example.org. A ; NoError, 3600 s left").And.Contain("    mail.example.com. 3600 IN A 192.0.2.1");
        (await RunAsync(program, "dump", "EXAMPLE.com")).Should().Contain("www.example.com.").And.Contain("mail.example.com.").And.NotContain("www.example.org.");

        (await RunAsync(program, "flush", "example.com.")).Should().Be("2 responses removed\n");
        await AskAsync("www.example.com");
        await AskAsync("www.example.org");
        _upstream.Count("www.example.com.").Should().Be(2, "it was forgotten");
        _upstream.Count("www.example.org.").Should().Be(1, "it was not");

        (await RunAsync(program, "flush")).Should().Be("2 responses removed\n");
        (await RunAsync(program, "dump")).Should().StartWith("; 0 responses, 0 of ");
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_but_the_server_s_own_user_and_root_may()
    {
        var socket = Path.Combine(_server.DataDirectory, "dns.sock");

        File.GetUnixFileMode(socket).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var stranger = await Command.RunAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", $"test -w {socket}"]);
        stranger.ExitCode.Should().NotBe(0);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ExitCodes.Failure, "is not a valid domain name", "dump", "a..b")]
    [InlineData(ExitCodes.Usage, "'b' is not expected here", "dump", "a", "b")]
    [InlineData(ExitCodes.Usage, "unknown command 'forget'", "forget")]
    [InlineData(ExitCodes.Usage, "Did you mean --data-dir?", "dump", "--data-dri=/nowhere")]
    [InlineData(ExitCodes.Away, "Check that it runs, and that this is its --data-dir.", "dump", "--data-dir", "/nowhere")]
    public async Task A_problem_is_two_lines_at_most(int code, string expected, params string[] arguments)
    {
        string[] where = arguments.Contains("--data-dir") ? [] : ["--data-dir", _server.DataDirectory];
        var result = await Command.RunAsync([Program("homecloud-dns"), "cache", .. arguments, .. where]);

        result.ExitCode.Should().Be(code);
        result.Error.TrimEnd().Should().StartWith("homecloud-dns: ").And.Contain(expected);
        result.Error.TrimEnd().Split('\n').Should().HaveCountLessThanOrEqualTo(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_second_server_with_the_same_directory_does_not_take_the_socket_away()
    {
        await using (await ScenarioServer.StartAsync(options =>
        {
            options.Forwarding.Upstreams.Add(_upstream.EndPoint.ToString());
            options.Registry.DataDirectory = _server.DataDirectory;
        }))
        {
            (await RunAsync("homecloud-dns", "dump")).Should().StartWith("; 3 responses, ");
        }

        (await RunAsync("homecloud-dns", "dump")).Should().StartWith("; 3 responses, ");
    }

    private static string Program(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private async Task AskAsync(string name)
    {
        var answer = await _server.AskAsync(QueryBytes.Of(name, RecordType.A), QueryTransport.Udp);
        answer![7].Should().Be(1);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Command.RunAsync([Program(program), "cache", .. arguments, "--data-dir", _server.DataDirectory]);
        result.ExitCode.Should().Be(0, result.Error);
        return result.Output;
    }
}
