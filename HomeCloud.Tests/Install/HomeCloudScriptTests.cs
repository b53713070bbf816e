using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Install;

/// <summary><c>./homecloud</c> of a clone, with a <c>dotnet</c> that only says what it was asked.</summary>
public sealed class HomeCloudScriptTests : IDisposable
{
    private const string Build = "built";
    private readonly string _clone = Directory.CreateTempSubdirectory("homecloud-clone-").FullName;

    public HomeCloudScriptTests()
    {
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
                *) echo "managed $2" ;;
            esac
            """);
    }

    public void Dispose() => Directory.Delete(_clone, recursive: true);

    [Fact]
    public async Task It_is_built_once_and_started_each_time()
    {
        (await RunAsync()).Should().Be("managed ls");
        (await RunAsync()).Should().Be("managed ls");

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
        await RunAsync();
        await ShellAsync(change);

        (await RunAsync()).Should().Be("managed ls");

        Builds().Should().Be(2, how);
        await RunAsync();
        Builds().Should().Be(2, how);
    }

    [Fact]
    public async Task What_was_published_is_started_until_a_source_changes()
    {
        await RunAsync();
        var published = At(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "artifacts/install/linux-arm64" : "artifacts/install/linux-x64");
        Directory.CreateDirectory(published);
        Program(Path.Combine(published, "homecloud"), "#!/bin/sh\necho native $1");
        Program(Path.Combine(published, "homecloud-agent"), "#!/bin/sh");
        (await RunAsync()).Should().Be("managed ls", "nothing says what it was made of");
        File.WriteAllText(published + ".began", "");

        (await RunAsync()).Should().Be("native ls");

        await ShellAsync("echo >>HomeCloud.Cli/Program.cs");
        (await RunAsync()).Should().Be("managed ls");
        Builds().Should().Be(2);
    }

    private string At(string path) => Path.Combine(_clone, path);

    private int Builds() => File.ReadLines(At("log")).Count(line => line == Build);

    private async Task<string> RunAsync() =>
        (await Command.RunAsync(["env", $"PATH={At("tools")}:/usr/bin:/bin", "bash", At("homecloud"), "ls"])).OrFail().Output.Trim();

    private async Task ShellAsync(string script) => (await Command.RunAsync(["sh", "-c", $"cd \"$0\" && {script}", _clone])).OrFail();

    private static void Program(string path, string script)
    {
        File.WriteAllText(path, script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
