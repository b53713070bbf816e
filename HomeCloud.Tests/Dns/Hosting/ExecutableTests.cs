using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Wire;

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
        var endPoint = ServerProcess.FreeEndPoint();
        var hosts = Write("hosts", "192.0.2.7 printer.home\n");
        using var server = ServerProcess.Start("-l", endPoint.ToString(), "--hosts-file", hosts, "-u", "127.0.0.1:9", "-d", _directory.FullName);

        var response = await server.AskAsync(endPoint, QueryBytes.Of("PRINTER.home", RecordType.A));

        (response[3] & 0x0F).Should().Be(0);
        response[7].Should().Be(1);
        response.AsSpan(response.Length - 4).ToArray().Should().Equal(192, 0, 2, 7);
        (await server.TerminateAsync()).ExitCode.Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Options_come_from_environment_and_file()
    {
        var endPoint = ServerProcess.FreeEndPoint();
        var hosts = Write("hosts", "192.0.2.8 nas\n");
        var config = Write("dns.json", $$"""{ "hosts-file": "{{hosts}}", "zone": ["lan.example"], "upstream": "127.0.0.1:9", "data-dir": "{{_directory.FullName}}" }""");
        var environment = new Dictionary<string, string> { ["HOMECLOUD_LISTEN"] = endPoint.ToString(), ["HOMECLOUD_CONFIG"] = config };
        using var server = ServerProcess.Start(environment);

        var response = await server.AskAsync(endPoint, QueryBytes.Of("nas.lan.example", RecordType.A));

        response[7].Should().Be(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_occupied_port_is_one_line_that_names_the_holder()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var error = await FailAsync("--listen", holder.LocalEndPoint!.ToString()!);

        error.Should().Contain(holder.LocalEndPoint.ToString()).And.Contain($"(pid {Environment.ProcessId})").And.Contain("--listen");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_of_another_machine_is_one_line_with_those_of_this_one() =>
        (await FailAsync("--listen", "192.0.2.99:5300")).Should().Contain("192.0.2.99").And.Contain("127.0.0.1").And.Contain("--listen");

    [Theory(Timeout = Timeout)]
    [InlineData("--hosts-file '/does/not/exist' does not exist: create it", "--hosts-file", "/does/not/exist")]
    [InlineData("--config '/does/not/exist.json' does not exist: create it", "--config", "/does/not/exist.json")]
    [InlineData("--listen 'nowhere' is not an address: write", "--listen", "nowhere")]
    [InlineData("unknown option '--lisen': did you mean '--listen'?", "--lisen=x")]
    [InlineData("'surplus' is not expected here", "surplus")]
    [InlineData("--zone", "--zone", "a..b")]
    [InlineData("--upstream", "--upstream", "not an upstream")]
    [InlineData("--redis", "--redis", "host:port:port")]
    public async Task A_wrong_option_is_one_line_that_names_the_fix(string expected, params string[] arguments) =>
        (await FailAsync(arguments)).Should().Contain(expected);

    [Fact(Timeout = Timeout)]
    public async Task Help_lists_every_option_and_version_tells_it()
    {
        using var help = ServerProcess.Start("--help");
        var (exitCode, _, output) = await help.ExitAsync();
        exitCode.Should().Be(0);
        output.Should().Contain("--listen").And.Contain("--hosts-file").And.Contain("--config").And.Contain("HOMECLOUD_");

        using var version = ServerProcess.Start("--version");
        (await version.ExitAsync()).Output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        using var server = ServerProcess.Start([.. arguments, "--data-dir", _directory.FullName]);
        var (exitCode, error, _) = await server.ExitAsync();
        exitCode.Should().Be(1);
        error.Should().StartWith("homecloud-dns: ").And.NotContain("\n").And.NotContain("   at ");
        return error;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
