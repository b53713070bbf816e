using System.Net;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Agent.Hosting;

/// <summary>What a person sees who starts <c>homecloud-agent</c>: no engine is there, so it says that and answers DNS.</summary>
[Trait("Category", "Lab")]
public sealed class AgentProcessTests : IDisposable
{
    private const int Timeout = 120_000;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "homecloud-agent");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-process-");
    private readonly IPEndPoint _endPoint = ProgramProcess.FreeEndPoint();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Ctrl_C_ends_it_well()
    {
        // Whoever runs the tests in the background has SIGINT ignored, and children inherit that.
        using var agent = ProgramProcess.StartProgram("env", ["--default-signal=INT", Program, .. Options(_directory.FullName)]);
        await agent.AskAsync(_endPoint, QueryBytes.Of("check.home", RecordType.A));

        (await Command.RunAsync(["kill", "-INT", agent.Id.ToString()])).OrFail();

        var (exitCode, error, _) = await agent.ExitAsync();
        error.Should().BeEmpty();
        exitCode.Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Started_twice_is_one_line()
    {
        using var first = ProgramProcess.StartProgram(Program, Options(_directory.FullName));
        await first.AskAsync(_endPoint, QueryBytes.Of("check.home", RecordType.A));

        using var second = ProgramProcess.StartProgram(Program, Options(_directory.FullName));
        var (exitCode, error, output) = await second.ExitAsync();

        exitCode.Should().Be(1);
        error.Should().StartWith("homecloud-agent: ").And.Contain(_directory.FullName).And.Contain("--data-dir").And.NotContain("\n");
        output.Should().BeEmpty();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--lisen=127.0.0.1", "unknown option '--lisen'.\nDid you mean --listen?")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("--grace=soon", "--grace")]
    public async Task An_unknown_argument_is_told_with_its_fix(string argument, string says)
    {
        using var agent = ProgramProcess.StartProgram(Program, [.. Options(_directory.FullName), argument]);
        var (exitCode, error, output) = await agent.ExitAsync();

        exitCode.Should().Be(2);
        error.Should().StartWith("homecloud-agent: ").And.Contain(says);
        error.Split('\n').Should().HaveCountLessThanOrEqualTo(2);
        output.Should().BeEmpty();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("ro", "Read-only file system")]
    [InlineData("size=4k", "No space left on device")]
    public async Task A_data_directory_that_cannot_be_written_is_one_line_and_DNS_goes_on(string mount, string reason)
    {
        var data = _directory.FullName;
        var script = $"mount -t tmpfs -o {mount} none {data}; [ {mount} = ro ] || dd if=/dev/zero of={data}/full bs=4k 2>/dev/null; exec \"$@\"";
        using var agent = ProgramProcess.StartProgram("unshare", ["--mount", "sh", "-c", script, "sh", Program, .. Options(data)]);
        await agent.AskAsync(_endPoint, QueryBytes.Of("check.home", RecordType.A));

        var (exitCode, _, output) = await agent.TerminateAsync();

        exitCode.Should().Be(0);
        output.Split('\n').Should().ContainSingle(line => line.Contains("Data directory", StringComparison.Ordinal))
            .Which.Should().Contain(data).And.Contain(reason).And.Contain("--data-dir");
        output.Should().NotContain("   at ", "no stack traces for what is no bug");
    }

    private string[] Options(string data) =>
        ["--listen", _endPoint.ToString(), "--data-dir", data, "--docker-host", "unix:///no/such/engine.sock", "--control-socket", "off", "--web", "off", "--upstream", "127.0.0.1:9"];
}
