using System.Collections.Concurrent;
using System.Diagnostics;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>
/// A network namespace of its own, where port 53 is free and /etc/resolv.conf is ours: the real server with
/// <c>airplay.home</c> on <see cref="Outside"/>, a real dnsmasq that plays the internet with <c>web.example</c>, and a web
/// server on port 8080 for both. Needs root.
/// </summary>
internal sealed class ClientNamespace : IAsyncDisposable
{
    public const string Outside = "192.0.2.10";

    private static int _made;

    // ./test removes namespaces of this form whose process is gone.
    private readonly string _name = $"hcdns{Environment.ProcessId}x{Interlocked.Increment(ref _made)}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hcns");
    private readonly List<Process> _processes = [];
    private readonly ConcurrentQueue<string> _said = [];

    private ClientNamespace()
    {
    }

    public string Folder => _folder.FullName;

    /// <summary>Files that take the place of those in /etc for programs inside.</summary>
    private string Etc => $"/etc/netns/{_name}";

    /// <param name="nameserver">What resolv.conf names.</param>
    /// <param name="options">More options of the server.</param>
    public static async Task<ClientNamespace> StartAsync(string nameserver, string options = "")
    {
        var created = new ClientNamespace();
        try
        {
            await created.MakeAsync(nameserver, options);
        }
        catch
        {
            await created.DisposeAsync();
            throw;
        }

        return created;
    }

    /// <summary>The machine alone: <c>lan0</c> is up with 192.168.77.2/24, and nothing runs.</summary>
    public static async Task<ClientNamespace> StartEmptyAsync()
    {
        var created = new ClientNamespace();
        try
        {
            await created.MakeMachineAsync();
        }
        catch
        {
            await created.DisposeAsync();
            throw;
        }

        return created;
    }

    /// <summary>A machine with more addresses on loopback, whose programs ask <paramref name="nameserver"/>; nothing runs yet.</summary>
    public static async Task<ClientNamespace> StartWithAsync(string nameserver, params string[] addresses)
    {
        var created = await StartEmptyAsync();
        foreach (var address in addresses)
            await ClientProcess.RunAsync("ip", $"-n {created._name} addr add {address}/32 dev lo");
        Directory.CreateDirectory(created.Etc);
        await created.ReplaceAsync("resolv.conf", $"nameserver {nameserver}\nsearch home\n");
        return created;
    }

    /// <returns>What the command wrote.</returns>
    public Task<string> RunAsync(string command) => ClientProcess.RunAsync("ip", $"netns exec {_name} {command}", mustSucceed: false);

    /// <summary>Starts a program that runs until the end.</summary>
    /// <returns>Its process id.</returns>
    public int Start(string file, string arguments)
    {
        var process = Process.Start(new ProcessStartInfo("ip", $"netns exec {_name} {file} {arguments}") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
        return process.Id;
    }

    /// <summary>Ends a program that <see cref="Start"/> started.</summary>
    public async Task StopAsync(int id)
    {
        var process = _processes.Single(started => started.Id == id);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Puts a file in the place of /etc/NAME; of what stands in a folder there, the whole folder is replaced.</summary>
    public Task ReplaceAsync(string name, string content)
    {
        var path = Path.Combine(Etc, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.WriteAllTextAsync(path, content);
    }

    /// <summary>Runs a command until its output has what is expected.</summary>
    public async Task UntilAsync(string command, string expected)
    {
        var deadline = Environment.TickCount64 + 60_000;
        string output;
        while (!(output = await RunAsync(command)).Contains(expected, StringComparison.Ordinal))
            Environment.TickCount64.Should().BeLessThan(deadline, $"'{command}' must come to say {expected}; it says {output}. What runs there wrote: {string.Join('\n', _said)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await ClientProcess.RunAsync("ip", $"netns del {_name}", mustSucceed: false);
        if (Directory.Exists(Etc))
            Directory.Delete(Etc, recursive: true);
        _folder.Delete(recursive: true);
    }

    private async Task MakeMachineAsync()
    {
        await ClientProcess.RunAsync("ip", $"netns add {_name}");
        await ClientProcess.RunAsync("ip", $"-n {_name} link set lo up");

        // Without duplicate address detection: an address that becomes usable a second later is a change of the network to a
        // browser, which then gives up the page it loads (net::ERR_NETWORK_CHANGED).
        await ClientProcess.RunAsync("ip", $"netns exec {_name} busybox sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0");

        // Some clients do not resolve at all before an interface besides loopback is up.
        await ClientProcess.RunAsync("ip", $"-n {_name} link add lan0 type veth peer name lan1");
        await ClientProcess.RunAsync("ip", $"-n {_name} addr add 192.168.77.2/24 dev lan0");
        await ClientProcess.RunAsync("ip", $"-n {_name} link set lan0 up");
        await ClientProcess.RunAsync("ip", $"-n {_name} link set lan1 up");
    }

    private async Task MakeAsync(string nameserver, string options)
    {
        await MakeMachineAsync();
        await ClientProcess.RunAsync("ip", $"-n {_name} addr add {Outside}/32 dev lo");
        Directory.CreateDirectory(Etc);
        await ReplaceAsync("resolv.conf", $"nameserver {nameserver}\nsearch home\noptions timeout:5\n");
        await ReplaceAsync("nsswitch.conf", "hosts: files dns\n");
        var hosts = Path.Combine(Folder, "hosts");
        await File.WriteAllTextAsync(hosts, $"{Outside} airplay.home\n");
        await File.WriteAllTextAsync(Path.Combine(Folder, "index.html"), "it works\n");

        Start("dnsmasq", $"--keep-in-foreground --conf-file=/dev/null --listen-address=127.0.0.2 --bind-interfaces --no-resolv --no-hosts --user=root --pid-file --log-facility=- --local-ttl=300 --address=/web.example/{Outside} --local=/#/");
        Start(PeerProcess.HomeCloud(), $"--listen 127.0.0.1:53 --upstream 127.0.0.2 --hosts-file {hosts} --data-dir {Folder} {options}");
        Start("busybox", $"httpd -f -p {Outside}:8080 -h {Folder}");
        await UntilAsync("dig +time=1 +tries=1 @127.0.0.1 airplay.home", Outside);
        await UntilAsync("dig +time=1 +tries=1 @127.0.0.1 web.example", Outside);
    }
}
