using System.Text;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>Shells by a real engine's exec: typed into, resized, ended, and hung up.</summary>
public abstract class TerminalScenarios(LabFixture fixture) : IAsyncLifetime
{
    private const int Limit = 180_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly DockerEngine _engine = fixture.Lab.Server.Engine;
    private EngineClient _client = null!;

    public Task InitializeAsync()
    {
        _client = new EngineClient(new DockerOptions { Host = _engine.Endpoint });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _engine.RemoveAllAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_typed_is_answered_at_the_size_of_the_window_until_the_shell_ends()
    {
        var box = await RunAsync("studio");
        await using var shell = await OpenAsync(box, new TerminalSize(100, 30));
        shell.Shell.Should().Be("sh", "the box has no bash");
        await TypeAsync(shell, "hostname\r", "studio\r\n");
        await TypeAsync(shell, "stty size\r", "30 100\r\n");
        await shell.ResizeAsync(new TerminalSize(132, 43), default);
        await TypeAsync(shell, "stty size\r", "43 132\r\n");
        await TypeAsync(shell, "echo \"<$TERM>\"\r", "<xterm-256color>\r\n");
        await TypeAsync(shell, "echo grüße | cat\r", "\ngrüße\r\n");
        (await UseAsync(box)).Should().BeTrue("an open shell is use: its server does not fall asleep");

        await shell.WriteAsync("exit 3\r"u8.ToArray(), default);
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[1024];
        while (await shell.ReadAsync(buffer, deadline.Token) > 0)
        {
            // Its last words.
        }

        (await Poll.UntilAsync(async () => await shell.ExitCodeAsync(default) == 3, Patience)).Should().BeTrue();
        (await Poll.UntilAsync(async () => !await UseAsync(box), Patience)).Should().BeTrue("nobody uses it now");
    }

    [Fact(Timeout = Limit)]
    public async Task A_shell_whose_page_goes_is_hung_up_with_what_runs_in_it()
    {
        var box = await RunAsync("studio");
        var shell = await OpenAsync(box, TerminalSize.Usual);
        await TypeAsync(shell, "echo ready; sleep 4711\r", "ready\r\n");
        (await Poll.UntilAsync(async () => (await ProcessesAsync()).Contains("sleep 4711", StringComparison.Ordinal), Patience)).Should().BeTrue();
        await shell.DisposeAsync();
        (await Poll.UntilAsync(async () => !(await ProcessesAsync()).Contains("sleep 4711", StringComparison.Ordinal) && !await UseAsync(box), Patience)).Should().BeTrue("nothing of it is left: {0}", await ProcessesAsync());

        // One that does not listen is killed.
        var deaf = await OpenAsync(box, TerminalSize.Usual);
        await TypeAsync(deaf, "trap '' HUP; echo deaf$((40+2)); while true; do sleep 1; done\r", "deaf42\r\n");
        await deaf.DisposeAsync();
        (await Poll.UntilAsync(async () => !await UseAsync(box), Patience)).Should().BeTrue("it was killed: {0}", await ProcessesAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Bash_is_preferred_and_a_box_without_a_shell_says_so()
    {
        var box = await RunAsync("studio");
        await _engine.DockerAsync(["exec", "studio", "sh", "-c", "printf '#!/bin/sh\\nexec sh\\n' >/usr/bin/bash; chmod +x /usr/bin/bash"]);
        await using (var shell = await OpenAsync(box, TerminalSize.Usual))
        {
            shell.Shell.Should().Be("bash");
            await TypeAsync(shell, "hostname\r", "studio\r\n");
        }

        await _engine.DockerAsync(["exec", "studio", "/bin/busybox", "rm", "-f", "/bin/sh", "/usr/bin/sh", "/bin/bash", "/usr/bin/bash"]);
        var refused = await EngineTerminal.OpenAsync(_client, box, TerminalSize.Usual, default);
        refused.Problem!.Message.ToString().Should().Be("The server has neither bash nor sh.");
        (await UseAsync(box)).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_container_that_is_stopped_ends_its_shells()
    {
        var box = await RunAsync("studio");
        var shell = await OpenAsync(box, TerminalSize.Usual);
        await TypeAsync(shell, "hostname\r", "studio\r\n");
        await _engine.DockerAsync(["stop", "--time", "0", "studio"]);
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[1024];
        while (await shell.ReadAsync(buffer, deadline.Token) > 0)
        {
            // What was under way.
        }

        await shell.DisposeAsync();
    }

    /// <summary>Why the connection is turned by us. When this fails, <see cref="EngineClient.UpgradeAsync"/> can go.</summary>
    [Fact(Timeout = Limit)]
    public async Task The_library_alone_writes_nothing_while_it_reads()
    {
        var box = await RunAsync("studio");
        var exec = await _client.AskAsync("exec", (d, token) => d.Exec.CreateContainerExecAsync(box, new ContainerExecCreateParameters { AttachStdin = true, AttachStdout = true, TTY = true, Cmd = ["cat"] }, token), default);
        using var stream = await _client.AskAsync("start", (d, token) => d.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters { TTY = true }, token), default);
        var buffer = new byte[100];
        var reading = stream.ReadOutputAsync(buffer, 0, buffer.Length, default);
        var writing = stream.WriteAsync("hello\r"u8.ToArray(), 0, 6, default);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(3)));
        (reading.IsCompleted, writing.IsCompleted).Should().Be((false, false));
        await _engine.DockerAsync(["rm", "--force", "studio"]);
    }

    private async Task<string> RunAsync(string name)
    {
        await _engine.DockerAsync(["run", "--detach", "--name", name, "--hostname", name, "--network", "lan", BoxImage.Name, "/bin/busybox", "sleep", "100000"]);
        return (await _engine.DockerAsync(["inspect", "--format", "{{.Id}}", name])).Trim();
    }

    private async Task<IEngineTerminal> OpenAsync(string container, TerminalSize size)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var opened = await EngineTerminal.OpenAsync(_client, container, size, deadline.Token);
        opened.Problem.Should().BeNull();
        return opened.Value!;
    }

    private async Task<bool> UseAsync(string container) => (await EngineUse.ReadAsync(_client, new ContainerFacts { Id = container, Name = "studio" }, thoroughly: true, default))?.RunsExec == true;

    private Task<string> ProcessesAsync() => _engine.DockerAsync(["exec", "studio", "/bin/busybox", "ps"]);

    private static async Task TypeAsync(IEngineTerminal shell, string typed, string expected)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var shown = new StringBuilder();
        var buffer = new byte[1024];

        // As on a page, it is read all the time, also while something is typed. First the prompt, if it is still to come.
        var reading = shell.ReadAsync(buffer, deadline.Token).AsTask();
        await shell.WriteAsync(Encoding.UTF8.GetBytes(typed), deadline.Token);
        while (!shown.ToString().Contains(expected, StringComparison.Ordinal))
        {
            var count = await reading;
            count.Should().BePositive(shown.ToString());
            shown.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (!shown.ToString().Contains(expected, StringComparison.Ordinal))
                reading = shell.ReadAsync(buffer, deadline.Token).AsTask();
        }
    }
}
