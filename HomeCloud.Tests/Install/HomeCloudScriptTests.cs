using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Install;

/// <summary><c>./homecloud</c> of a clone, with a <c>dotnet</c>, a <c>docker</c> and an <c>ssh</c> that only say what they were asked.</summary>
public sealed class HomeCloudScriptTests : IDisposable
{
    private const string Build = "built";
    private const string Agent = "0123abcd";
    private readonly string _clone = Directory.CreateTempSubdirectory("homecloud-clone-").FullName;
    private string _path;

    public HomeCloudScriptTests()
    {
        _path = $"{At("tools")}:/usr/bin:/bin";
        foreach (var folder in (string[])["images", "install/unused", "HomeCloud.Net", "HomeCloud.Commands", "HomeCloud.Registry", "HomeCloud.Dns", "HomeCloud.Agent/Web", "HomeCloud.Lab", "HomeCloud.Cli", "tools"])
            Directory.CreateDirectory(At(folder));
        File.WriteAllText(At("Directory.Build.props"), "");
        File.WriteAllText(At(".editorconfig"), "");
        File.WriteAllText(At("HomeCloud.Agent/Web/Page.cs"), "class Page;");
        File.WriteAllText(At("HomeCloud.Cli/Program.cs"), "return 0;");
        File.Copy(Path.Combine(Documents.Root(), "homecloud"), At("homecloud"));
        Program(At("tools/dotnet"), $"""
            #!/bin/sh
            case $1 in
                build) [ "$2" = "{At("HomeCloud.Cli")}" ] || exit 0; mkdir -p "{At("artifacts/bin/HomeCloud.Cli/release")}"; : >"{At("artifacts/bin/HomeCloud.Cli/release/homecloud.dll")}"; echo {Build} >>"{At("log")}" ;;
                *) shift; echo "managed $*" ;;
            esac
            """);
        Program(At("tools/docker"), $"""
            #!/bin/sh
            echo $1 >>"{At("docker")}"
            [ $1 = exec ] || exec cat "{At("agents")}"
            while [ $1 != {Agent} ]; do shift; done
            if [ -f "{At("inside")}" ]; then . "{At("inside")}"; else echo "container $*"; fi
            """);
        Program(At("tools/ssh"), """
            #!/bin/sh
            printf '<%s>' "$@"
            cat
            exit 7
            """);
        File.WriteAllText(At("agents"), "");
    }

    public void Dispose() => Directory.Delete(_clone, recursive: true);

    [Fact]
    public async Task It_is_built_once_and_started_each_time()
    {
        (await RunAsync("ls")).Should().Be("managed ls");
        (await RunAsync("ls")).Should().Be("managed ls");

        Builds().Should().Be(1);
    }

    [Theory]
    [InlineData("edited in place", "echo 'class Page { }' >HomeCloud.Agent/Web/Page.cs")]
    [InlineData("edited, with the time it had", "touch -r HomeCloud.Agent/Web/Page.cs t; echo 'class Page { }' >HomeCloud.Agent/Web/Page.cs; touch -r t HomeCloud.Agent/Web/Page.cs")]
    [InlineData("unpacked with an old time", "echo 'class Old;' >t.cs; touch -d 2001-01-01 t.cs; mv t.cs HomeCloud.Agent/Web/Page.cs")]
    [InlineData("added", "touch -d 2001-01-01 HomeCloud.Agent/Web/New.cs")]
    [InlineData("removed", "rm HomeCloud.Agent/Web/Page.cs")]
    [InlineData("an image's recipe", "echo 'FROM debian' >images/Dockerfile")]
    [InlineData("the clock was set back", "touch -d 2100-01-01 artifacts/homecloud.began")]
    public async Task What_changed_is_built_before_it_is_started(string how, string change)
    {
        await RunAsync("ls");
        await ShellAsync(change);

        (await RunAsync("ls")).Should().Be("managed ls");

        Builds().Should().Be(2, how);
        await RunAsync("ls");
        Builds().Should().Be(2, how);
    }

    [Fact]
    public async Task What_was_published_is_started_until_a_source_changes()
    {
        await RunAsync("ls");
        var published = At(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "artifacts/install/linux-arm64" : "artifacts/install/linux-x64");
        Directory.CreateDirectory(published);
        Program(Path.Combine(published, "homecloud"), "#!/bin/sh\necho native $1");
        Program(Path.Combine(published, "homecloud-agent"), "#!/bin/sh");
        (await RunAsync("ls")).Should().Be("managed ls", "nothing says what it was made of");
        File.WriteAllText(published + ".began", "");

        (await RunAsync("ls")).Should().Be("native ls");

        await ShellAsync("echo >>HomeCloud.Cli/Program.cs");
        (await RunAsync("ls")).Should().Be("managed ls");
        Builds().Should().Be(2);
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("doctor", "--json")]
    [InlineData("--json", "--token", "hc_1", "create", "airplay", "--", "--url")]
    [InlineData("[suggest:3]", "homecloud lab")]
    public async Task An_agent_of_compose_is_asked_in_its_container_and_nothing_is_built(params string[] line)
    {
        await File.WriteAllTextAsync(At("agents"), $"{Agent}\n4567ffff\n");

        (await RunAsync(line)).Should().Be($"container {Agent} homecloud {string.Join(' ', line)}");

        File.Exists(At("log")).Should().BeFalse();
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("version")]
    [InlineData("completion", "bash")]
    [InlineData("lab", "exec", "server", "--", "ls")]
    [InlineData("--json", "lab")]
    [InlineData("network", "create")]
    [InlineData("install")]
    [InlineData("uninstall")]
    [InlineData("ls", "--url", "http://cloud.home")]
    [InlineData("--url=http://cloud.home", "ls")]
    [InlineData("--socket", "elsewhere", "ls")]
    public async Task What_is_about_this_machine_or_another_agent_asks_no_docker(params string[] line)
    {
        await File.WriteAllTextAsync(At("agents"), Agent);

        (await RunAsync(line)).Should().Be($"managed {string.Join(' ', line)}".TrimEnd());

        File.Exists(At("docker")).Should().BeFalse();
    }

    [Theory]
    [InlineData("HOMECLOUD_URL=http://cloud.home")]
    [InlineData("HOMECLOUD_CONTROL_SOCKET=/run/elsewhere")]
    public async Task An_agent_that_the_environment_names_asks_no_docker(string variable)
    {
        await File.WriteAllTextAsync(At("agents"), Agent);

        (await Command.RunAsync(["env", variable, .. Line("ls")])).OrFail().Output.Trim().Should().Be("managed ls");

        File.Exists(At("docker")).Should().BeFalse();
    }

    [Fact]
    public async Task A_docker_that_may_not_be_asked_is_no_hindrance()
    {
        File.Delete(At("agents"));

        var result = (await Command.RunAsync(Line("ls"))).OrFail();

        result.Output.Trim().Should().Be("managed ls");
        result.Error.Should().NotContain("agents");
    }

    [Theory]
    [InlineData("lab", "'lab' is about this machine")]
    [InlineData("network", "With compose: docker compose -f compose.network.yaml run --rm network")]
    [InlineData("ls", "no agent of docker compose runs here")]
    public async Task Without_an_SDK_and_an_agent_it_says_what_is_missing(string command, string said)
    {
        await WithoutAnSdkAsync();

        var result = await Command.RunAsync(Line(command));

        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain(said).And.Contain("https://dotnet.microsoft.com/download");
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("version")]
    public async Task Without_an_SDK_all_else_runs_in_the_container(string command)
    {
        await WithoutAnSdkAsync();
        await File.WriteAllTextAsync(At("agents"), Agent);

        (await RunAsync(command)).Should().Be($"container {Agent} homecloud {command}");
    }

    [Fact]
    public async Task The_ssh_of_this_machine_gets_the_words_that_the_container_names()
    {
        await File.WriteAllTextAsync(At("agents"), Agent);
        await File.WriteAllTextAsync(At("inside"), $$"""printf '%s\n' "$@" >"{{At("asked")}}"; printf '%s\0' ssh -l root -- box.home 'a  b$(id)' 'two'"\nlines" '*'""");

        var result = await Command.RunAsync(["sh", "-c", "echo typed | \"$@\"", "sh", .. Line("--token", "hc_1", "ssh", "box", "--", "ls", "-l")]);

        result.ExitCode.Should().Be(7, "it is that of ssh");
        result.Output.Should().Be("<-l><root><--><box.home><a  b$(id)><two\\nlines><*>typed\n");
        (await File.ReadAllLinesAsync(At("asked"))).Should().Equal(Agent, "homecloud", "--token", "hc_1", "ssh", "--print", "box", "--", "ls", "-l");
    }

    [Theory]
    [InlineData("echo 'Usage: homecloud ssh'", 0)]
    [InlineData("""echo '{"error":{}}'; exit 3""", 3)]
    [InlineData(@"printf 'ssh\0box.home\0'; exit 3", 3)]
    [InlineData(@"printf 'rm\0-r\0'", 0)]
    [InlineData("exit 6", 6)]
    public async Task Without_words_for_ssh_none_is_started(string inside, int exitCode)
    {
        await File.WriteAllTextAsync(At("agents"), Agent);
        await File.WriteAllTextAsync(At("inside"), inside);

        var result = await Command.RunAsync(Line("ssh", "box"));

        result.ExitCode.Should().Be(exitCode);
        result.Output.Should().NotContain("<");
    }

    [Fact]
    public async Task A_machine_without_ssh_says_so()
    {
        await WithoutAnSdkAsync();
        await File.WriteAllTextAsync(At("agents"), Agent);
        await File.WriteAllTextAsync(At("inside"), @"printf 'ssh\0box.home\0'");
        File.Delete(At("tools/ssh"));

        var result = await Command.RunAsync(Line("ssh", "box"));

        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("openssh-client");
    }

    /// <summary>Nothing but what the script calls.</summary>
    private async Task WithoutAnSdkAsync()
    {
        File.Delete(At("tools/dotnet"));
        await ShellAsync("for program in bash sh cat dirname readlink; do ln -s $(command -v $program) tools; done");
        _path = At("tools");
    }

    private string At(string path) => Path.Combine(_clone, path);

    private int Builds() => File.ReadLines(At("log")).Count(line => line == Build);

    private async Task<string> RunAsync(params string[] line) => (await Command.RunAsync(Line(line))).OrFail().Output.Trim();

    private string[] Line(params string[] line) => ["env", $"PATH={_path}", "bash", At("homecloud"), .. line];

    private async Task ShellAsync(string script) => (await Command.RunAsync(["sh", "-c", $"cd \"$0\" && {script}", _clone])).OrFail();

    private static void Program(string path, string script)
    {
        File.WriteAllText(path, script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
