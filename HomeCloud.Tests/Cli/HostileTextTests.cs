using System.Text.Json;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Commands;
using HomeCloud.Cli.Commands.Servers;
using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Tests.Cli;

/// <summary>What containers, their labels and their logs say, and what an agent elsewhere says, reaches ssh and the terminal as data only.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-hostile").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Limit)]
    public async Task A_label_never_becomes_an_argument_of_ssh()
    {
        await using var home = await WebHome.StartAsync();
        home.Engine.Add(new ContainerFacts
        {
            Id = new string('a', 64),
            Name = "box",
            Image = "box",
            Life = ContainerLife.Running,
            StartedAt = DateTimeOffset.UtcNow,
            Ports = [22],
            Labels = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty
                .Add(Labels.Server, "1").Add(Labels.User, $"-oProxyCommand=touch {_folder}/hacked root"),
        });
        (await SshAsync($"HOMECLOUD_CONTROL_SOCKET={home.Socket}", "box", "--", "uptime", "-v")).Should().Equal("--", "box.home", "uptime", "-v");
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","ssh":"ssh -oProxyCommand=id box","addresses":["192.168.7.9"],"sshTo":{"user":"-oProxyCommand=id","host":"box.home","port":22}}""")]
    [InlineData("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","sshTo":{"host":"-oProxyCommand=id","port":22}}""")]
    [InlineData("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","sshTo":{"user":"root\n","host":"box.home","port":22}}""")]
    [InlineData("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","sshTo":{"host":"box.home","port":70000}}""")]
    [InlineData("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","ssh":"ssh -oProxyCommand=id"}""")]
    public async Task An_agent_cannot_make_it_one_either(string answer)
    {
        await using var agent = await AnsweringAsync(answer);
        (await SshAsync($"HOMECLOUD_URL={agent.Urls.First()}", "box")).Should().BeEmpty("ssh is not started");
    }

    [Fact(Timeout = Limit)]
    public async Task For_the_ssh_of_another_machine_each_word_ends_with_a_NUL()
    {
        await using var agent = await AnsweringAsync("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","addresses":["192.168.7.9"],"sshTo":{"user":"ada","host":"box.home","port":22}}""");
        var result = await PrintAsync(agent, "box", "--", "echo", "a  b\nc", "--print");
        result.OrFail().Output.Should().Be("ssh\0-o\0HostName=192.168.7.9\0-o\0HostKeyAlias=box.home\0-l\0ada\0--\0box.home\0echo\0a  b\nc\0--print\0");
    }

    [Fact(Timeout = Limit)]
    public async Task What_an_agent_made_up_is_not_printed_for_it()
    {
        await using var agent = await AnsweringAsync("""{"name":"box","startedAt":"2026-01-01T00:00:00Z","sshTo":{"user":"-oProxyCommand=id","host":"box.home","port":22}}""");
        var result = await PrintAsync(agent, "box");
        result.ExitCode.Should().Be(ExitCodes.Failure);
        result.Output.Should().BeEmpty();
    }

    [Fact]
    public void User_host_and_port_are_arguments_of_their_own() =>
        SshArguments.For(new SshInfo("ada", "box.home", 2222), ["192.168.7.9"], ["ls", "-l"])
            .Should().Equal("-o", "HostName=192.168.7.9", "-o", "HostKeyAlias=box.home", "-l", "ada", "-p", "2222", "--", "box.home", "ls", "-l");

    [Fact]
    public void An_address_that_is_none_is_no_option_of_ssh() =>
        SshArguments.For(new SshInfo(null, "box.home", 22), ["192.168.7.9 ProxyCommand=id"], []).Should().Equal("--", "box.home");

    [Fact(Timeout = Limit)]
    public async Task The_real_ssh_reads_it_as_it_is_meant()
    {
        string[] arguments = SshArguments.For(new SshInfo("ada", "box.home", 22), ["192.168.7.9"], ["ls", "-oProxyCommand=id"]);
        var read = (await Command.RunAsync(["ssh", "-F", "/dev/null", "-G", .. arguments])).OrFail().Output;
        read.Should().Contain("user ada\n").And.Contain("hostname 192.168.7.9\n").And.Contain("hostkeyalias box.home\n").And.NotContain("proxycommand");
    }

    [Theory]
    [InlineData("\u001b]0;owned\a\u001b[2J", "]0;owned[2J")]
    [InlineData("a\u202ecod.exe\u2066", "acod.exe")]
    [InlineData("one\u2028two\u0085three", "onetwothree")]
    [InlineData("tab\tstays, 日本語 too", "tab\tstays, 日本語 too")]
    public void Text_on_a_terminal_is_neither_obeyed_nor_turned_round(string text, string shown) => Show.Plain(text).Should().Be(shown);

    [Fact(Timeout = Limit)]
    public async Task What_a_server_wrote_before_it_died_is_plain_in_the_error()
    {
        var problem = JsonSerializer.Serialize(new { title = "It ended at once", fix = "Look.", code = "exitedAtOnce", output = new[] { "\u001b]0;owned\a one", "two\u202e" } });
        await using var agent = await AnsweringAsync(problem, StatusCodes.Status409Conflict);
        var result = await Command.RunAsync(["env", $"HOMECLOUD_URL={agent.Urls.First()}", Executables.Cli, "start", "box"], timeout: Patience);
        result.ExitCode.Should().Be(ExitCodes.Conflict);
        result.Error.Should().Be("homecloud: It ended at once.\nLook.\n]0;owned one\ntwo\n");
    }

    [Fact(Timeout = Limit)]
    public async Task Errors_of_a_log_are_plain_on_a_terminal_though_its_output_goes_to_a_file()
    {
        await using var home = await WebHome.StartAsync();
        home.Engine.Add(new ContainerFacts { Id = new string('a', 64), Name = "box", Image = "box", Life = ContainerLife.Running });
        home.Engine.Logs.Add(new EngineLogLine(null, true, "\u001b]0;owned\u001b\\ one"));
        // script(1) gives it a terminal for standard error.
        var line = $"HOMECLOUD_CONTROL_SOCKET={home.Socket} {Executables.Cli} logs box > {_folder}/out";
        var shown = (await Command.RunAsync(["script", "--quiet", "--return", "--command", line, "/dev/null"], timeout: Patience)).OrFail().Output;
        shown.Should().Contain("]0;owned\\ one").And.NotContain("\u001b]");
    }

    [Fact(Timeout = Limit)]
    [Trait("Category", "Slow")]
    public async Task The_tab_key_runs_nothing()
    {
        await using var agent = await AnsweringAsync($$"""[{"name":"air$(touch {{_folder}}/hacked)"},{"name":"air`touch {{_folder}}/hacked`"},{"name":"airplay"}]""");
        File.CreateSymbolicLink(Path.Combine(_folder, "homecloud"), Executables.Cli);
        const string Script = """
            source <(homecloud completion bash)
            COMP_LINE='homecloud show air' COMP_POINT=18 COMP_WORDS=(homecloud show air) COMP_CWORD=2
            _homecloud
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var result = await Command.RunAsync(["env", $"PATH={_folder}:{Environment.GetEnvironmentVariable("PATH")}", $"HOMECLOUD_URL={agent.Urls.First()}", "bash", "--norc", "-c", Script], timeout: Patience);
        result.OrFail().Output.Should().Be("airplay\n");
        File.Exists(Path.Combine(_folder, "hacked")).Should().BeFalse();
    }

    private static Task<CommandResult> PrintAsync(WebApplication agent, params string[] line) =>
        Command.RunAsync(["env", $"HOMECLOUD_URL={agent.Urls.First()}", Executables.Cli, "ssh", "--print", .. line], timeout: Patience);

    /// <summary>What ssh was called with; empty when it was not called.</summary>
    private async Task<string[]> SshAsync(string where, params string[] line)
    {
        var ssh = Path.Combine(_folder, "ssh");
        var seen = Path.Combine(_folder, "arguments");
        await File.WriteAllTextAsync(ssh, $"#!/bin/sh\nprintf '%s\\0' \"$@\" > {seen}\n");
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Command.RunAsync(["env", $"PATH={_folder}:{Environment.GetEnvironmentVariable("PATH")}", where, Executables.Cli, "ssh", .. line], timeout: Patience);
        File.Exists(Path.Combine(_folder, "hacked")).Should().BeFalse();
        return File.Exists(seen) ? (await File.ReadAllTextAsync(seen)).TrimEnd('\0').Split('\0') : [];
    }

    /// <summary>An agent that gives one answer to everything.</summary>
    private static async Task<WebApplication> AnsweringAsync(string json, int status = StatusCodes.Status200OK)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var agent = builder.Build();
        agent.MapFallback(() => Results.Text(json, "application/json", statusCode: status));
        await agent.StartAsync();
        return agent;
    }
}
