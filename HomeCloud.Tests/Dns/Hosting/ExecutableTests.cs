using System.Net;
using System.Net.Sockets;
using HomeCloud.Commands;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>What a person sees who starts <c>homecloud-dns</c>.</summary>
[Trait("Category", "Slow")]
public sealed class ExecutableTests : IDisposable
{
    private const int Timeout = 120_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("executable-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task It_answers_from_a_hosts_file_and_stops_when_told()
    {
        var endPoint = ProgramProcess.FreeEndPoint();
        var hosts = Write("hosts", "192.0.2.7 printer.home\n");
        using var server = ProgramProcess.Start("-l", endPoint.ToString(), "--hosts-file", hosts, "-u", "127.0.0.1:9", "-d", _directory.FullName);

        var response = await server.AskAsync(endPoint, QueryBytes.Of("PRINTER.home", RecordType.A));

        (response[3] & 0x0F).Should().Be(0);
        response[7].Should().Be(1);
        response.AsSpan(response.Length - 4).ToArray().Should().Equal(192, 0, 2, 7);
        (await server.TerminateAsync()).ExitCode.Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Options_come_from_environment_and_file()
    {
        var endPoint = ProgramProcess.FreeEndPoint();
        var hosts = Write("hosts", "192.0.2.8 nas\n");
        var config = Write("dns.json", $$"""{ "hosts-file": "{{hosts}}", "zone": ["lan.example"], "upstream": "127.0.0.1:9", "data-dir": "{{_directory.FullName}}" }""");
        var environment = new Dictionary<string, string> { ["HOMECLOUD_LISTEN"] = endPoint.ToString(), ["HOMECLOUD_CONFIG"] = config };
        using var server = ProgramProcess.Start(environment);

        var response = await server.AskAsync(endPoint, QueryBytes.Of("nas.lan.example", RecordType.A));

        response[7].Should().Be(1);
    }

    // 4 MB of a server of 23: only what speaks TLS needs it.
    [Fact(Timeout = Timeout)]
    public async Task Without_tls_openssl_is_not_loaded()
    {
        var endPoint = ProgramProcess.FreeEndPoint();
        using var server = ProgramProcess.Start("--listen", endPoint.ToString(), "--hosts-file", Write("hosts", "192.0.2.8 nas\n"), "--upstream", "127.0.0.1:9", "--data-dir", _directory.FullName);

        await server.AskAsync(endPoint, QueryBytes.Of("nas.home", RecordType.A));

        File.ReadAllText($"/proc/{server.Id}/maps").Should().Contain("libc.so").And.NotContain("libcrypto");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_occupied_port_is_one_line_that_names_the_holder()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Find()));

        var error = await FailAsync(ExitCodes.Failure, "--listen", holder.LocalEndPoint!.ToString()!);

        error.Should().Contain(holder.LocalEndPoint.ToString()).And.Contain($"(pid {Environment.ProcessId})").And.Contain("--listen");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_of_another_machine_is_waited_for_and_ready_names_it()
    {
        var (here, metrics) = (ProgramProcess.FreeEndPoint(), ProgramProcess.FreeEndPoint());
        using var server = ProgramProcess.Start("-l", here.ToString(), "-l", "192.0.2.99:5300", "--metrics", metrics.ToString(), "-u", "127.0.0.1:9", "-d", _directory.FullName);
        await server.AskAsync(here, QueryBytes.Of("check.home", RecordType.A));

        using var client = new HttpClient();
        using var ready = await client.GetAsync($"http://{metrics}/health/ready");

        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).Should().Contain("192.0.2.99:5300").And.Contain("does not have that address");
        (await server.TerminateAsync()).Output.Should().Contain("192.0.2.99:5300");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    public async Task Queries_are_logged_to_a_pipe(string path)
    {
        var endPoint = ProgramProcess.FreeEndPoint();
        using var server = ProgramProcess.Start("-l", endPoint.ToString(), "--query-log", path, "-u", "127.0.0.1:9", "-d", _directory.FullName);
        for (var i = 0; i < 3; i++)
            await server.AskAsync(endPoint, QueryBytes.Of($"logged{i}.home", RecordType.A));

        var (exitCode, _, output) = await server.TerminateAsync();

        exitCode.Should().Be(0);
        output.Should().Contain(" logged0.home. ").And.Contain(" logged1.home. ").And.Contain(" logged2.home. ");
    }

    [Fact(Timeout = Timeout)]
    public async Task Parts_that_DNS_does_without_do_not_end_it()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Find()));
        holder.Listen();
        var endPoint = ProgramProcess.FreeEndPoint();
        var data = Write("data", "a file where the data directory should be: no control socket, no serials\n");
        using var server = ProgramProcess.Start(
            "-l", endPoint.ToString(), "--metrics", holder.LocalEndPoint!.ToString()!, "--query-log", "/proc/no/such/file", "--otlp", "http://127.0.0.1:9", "-u", "127.0.0.1:9", "-d", data);

        await server.AskAsync(endPoint, QueryBytes.Of("check.home", RecordType.A));
        await server.AskAsync(endPoint, QueryBytes.Of("check.home", RecordType.A));

        var (exitCode, _, output) = await server.TerminateAsync();
        exitCode.Should().Be(0);
        output.Should().Contain("The metrics endpoint failed").And.Contain("Query log /proc/no/such/file: cannot write");
    }

    [Fact(Timeout = Timeout)]
    public async Task SIGHUP_during_the_start_is_harmless()
    {
        // The server reads its options from a pipe, and so the start lasts until we write.
        var (endPoint, config) = (ProgramProcess.FreeEndPoint(), Path.Combine(_directory.FullName, "pipe"));
        (await HomeCloud.Lab.Processes.Command.RunAsync(["mkfifo", config])).OrFail();
        using var server = ProgramProcess.Start("--config", config, "-d", _directory.FullName);
        // Opening it waits for the reader.
        await using (var writer = new StreamWriter(await Task.Run(() => new FileStream(config, FileMode.Open, FileAccess.Write)).WaitAsync(TimeSpan.FromSeconds(60))))
        {
            (await HomeCloud.Lab.Processes.Command.RunAsync(["kill", "-HUP", server.Id.ToString()])).OrFail();
            await writer.WriteAsync($$"""{ "listen": "{{endPoint}}", "upstream": "127.0.0.1:9" }""");
        }

        await server.AskAsync(endPoint, QueryBytes.Of("check.home", RecordType.A));
        (await server.TerminateAsync()).ExitCode.Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Itself_as_upstream_is_one_line()
    {
        var endPoint = ProgramProcess.FreeEndPoint();
        (await FailAsync(ExitCodes.Failure, "--listen", endPoint.ToString(), "--upstream", endPoint.ToString())).Should().Contain("is this server itself");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--hosts-file '/does/not/exist' does not exist: create it", "--hosts-file", "/does/not/exist")]
    [InlineData("--config '/does/not/exist.json' does not exist: create it", "--config", "/does/not/exist.json")]
    [InlineData("--listen 'nowhere' is not a valid ADDRESS", "--listen", "nowhere")]
    [InlineData("unknown option '--lisen'.\nDid you mean --listen?", "--lisen=x")]
    [InlineData("unknown option '--lisen'.\nDid you mean --listen?", "--zone", "--lisen")]
    [InlineData("'surplus' is not expected here", "surplus")]
    [InlineData("--zone", "--zone", "a..b")]
    [InlineData("--upstream", "--upstream", "not an upstream")]
    [InlineData("--redis", "--redis", "host:port:port")]
    public async Task A_wrong_option_is_told_with_its_fix(string expected, params string[] arguments) =>
        (await FailAsync(ExitCodes.Usage, arguments)).Should().Contain(expected);

    [Fact(Timeout = Timeout)]
    public async Task Help_lists_every_option_and_version_tells_it()
    {
        using var help = ProgramProcess.Start("--help");
        var (exitCode, _, output) = await help.ExitAsync();
        exitCode.Should().Be(0);
        output.Should().Contain("--listen").And.Contain("--hosts-file").And.Contain("--config").And.Contain("HOMECLOUD_");

        using var version = ProgramProcess.Start("--version");
        (await version.ExitAsync()).Output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }

    private async Task<string> FailAsync(int code, params string[] arguments)
    {
        using var server = ProgramProcess.Start([.. arguments, "--data-dir", _directory.FullName]);
        var (exitCode, error, _) = await server.ExitAsync();
        exitCode.Should().Be(code);
        error.Should().StartWith("homecloud-dns: ").And.NotContain("   at ");
        error.Split('\n').Should().HaveCountLessThanOrEqualTo(2);
        return error;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
