using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>A DNS server as a process of its own, answering on a port of loopback; killed at the end of the test.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly ConcurrentQueue<string> _output = [];

    private PeerProcess(Process process, DirectoryInfo folder, IPEndPoint endPoint)
    {
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IPEndPoint EndPoint { get; }

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    public TimeSpan ProcessorTime => Refreshed().TotalProcessorTime;

    public long WorkingSet => Refreshed().WorkingSet64;

    public bool HasExited => _process.HasExited;

    /// <summary>The real <c>homecloud-dns</c>. SIGHUP reaches it, also when who runs the tests (nohup) made it ignored, which is inherited.</summary>
    public static Task<PeerProcess> StartHomeCloudAsync(params string[] options)
    {
        var port = FreePort.Find();
        var folder = Directory.CreateTempSubdirectory("hcdns");
        return StartAsync("env", folder, new IPEndPoint(IPAddress.Loopback, port), ["--default-signal=HUP", HomeCloud(), "--listen", $"127.0.0.1:{port}", "--rate-limit", "0", .. options.Contains("--dnssec") ? (string[])[] : ["--dnssec", "off"], .. options.Contains("--data-dir") ? (string[])[] : ["--data-dir", folder.FullName], .. options]);
    }

    public static Task<PeerProcess> StartUnboundAsync(IPEndPoint upstream, string more = "")
    {
        var port = FreePort.Find();
        var folder = Directory.CreateTempSubdirectory("unbound");
        var path = Path.Combine(folder.FullName, "unbound.conf");
        File.WriteAllText(path, $"""
            server:
              interface: 127.0.0.1@{port}
              do-daemonize: no
              chroot: ""
              username: ""
              pidfile: ""
              directory: "{folder.FullName}"
              use-syslog: no
              num-threads: 1
              module-config: "iterator"
              do-not-query-localhost: no
              access-control: 127.0.0.0/8 allow_snoop
              minimal-responses: no
              rrset-roundrobin: no
              root-hints: ""
              {more}
            forward-zone:
              name: "."
              forward-addr: 127.0.0.1@{upstream.Port}
            """);
        return StartAsync("unbound", folder, new IPEndPoint(IPAddress.Loopback, port), ["-d", "-c", path]);
    }

    /// <summary>Unbound that asks another server everything, and validates what it says.</summary>
    /// <param name="upstream">The other server.</param>
    /// <param name="anchorFile">DS of the root.</param>
    public static Task<PeerProcess> StartUnboundValidatorAsync(IPEndPoint upstream, string anchorFile) => StartUnboundAsync(upstream, $"""
        module-config: "validator iterator"
          trust-anchor-file: "{anchorFile}"
          trust-anchor-signaling: no
          root-key-sentinel: no
          qname-minimisation: no
          aggressive-nsec: no
          harden-below-nxdomain: no
          ede: yes
        """);

    /// <summary>BIND with one zone that it serves itself, and nothing else.</summary>
    /// <param name="zone">Its name.</param>
    /// <param name="file">Its file.</param>
    /// <param name="ofZone">More that its statement says.</param>
    /// <param name="more">More statements.</param>
    public static Task<PeerProcess> StartBindAsync(string zone, string file, string ofZone = "", string more = "")
    {
        var port = FreePort.Find();
        var folder = Directory.CreateTempSubdirectory("named");
        var path = Path.Combine(folder.FullName, "named.conf");
        File.WriteAllText(path, $$"""
            options {
              directory "{{folder.FullName}}"; listen-on port {{port}} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none;
              dnssec-validation no; minimal-responses no; rrset-order { order none; }; check-names primary ignore; notify no;
            };
            controls {};
            {{more}}
            zone "{{zone}}" { type primary; file "{{file}}"; {{ofZone}} };
            """);
        return StartAsync("named", folder, new IPEndPoint(IPAddress.Loopback, port), ["-u", "root", "-g", "-c", path]);
    }

    /// <summary>BIND that asks another server everything, and validates what it says.</summary>
    /// <param name="upstream">The other server.</param>
    /// <param name="anchor">What is trusted, as a statement has it: <c>. static-ds TAG …;</c></param>
    public static Task<PeerProcess> StartBindValidatorAsync(IPEndPoint upstream, string anchor)
    {
        var port = FreePort.Find();
        var folder = Directory.CreateTempSubdirectory("named");
        var path = Path.Combine(folder.FullName, "named.conf");
        File.WriteAllText(path, $$"""
            options {
              directory "{{folder.FullName}}"; listen-on port {{port}} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile none;
              recursion yes; forward only; forwarders { 127.0.0.1 port {{upstream.Port}}; }; dnssec-validation yes; synth-from-dnssec no; servfail-ttl 0; empty-zones-enable no;
            };
            controls {};
            trust-anchors { {{anchor}} };
            """);
        return StartAsync("named", folder, new IPEndPoint(IPAddress.Loopback, port), ["-u", "root", "-g", "-c", path]);
    }

    public static Task<PeerProcess> StartDnsmasqAsync(IPEndPoint upstream, params string[] more)
    {
        var port = FreePort.Find();
        var folder = Directory.CreateTempSubdirectory("dnsmasq");
        return StartAsync("dnsmasq", folder, new IPEndPoint(IPAddress.Loopback, port),
        [
            "--keep-in-foreground", "--conf-file=/dev/null", $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
            "--user=root", "--log-facility=-", "--pid-file", "--cache-size=1000", $"--server=127.0.0.1#{upstream.Port}", .. more,
        ]);
    }

    /// <summary>The executable beside the tests' own artifacts.</summary>
    public static string HomeCloud()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "HomeCloud.Dns", configuration, "homecloud-dns"));
        File.Exists(path).Should().BeTrue($"{path} is built with the tests");
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<PeerProcess> StartAsync(string file, DirectoryInfo folder, IPEndPoint endPoint, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var server = new PeerProcess(Process.Start(start)!, folder, endPoint);
        using var client = new UdpAsker(endPoint);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (server.HasExited)
                throw new InvalidOperationException($"{file} ended: {server.Output}");
            if (await client.TryAskAsync(DnsMessage.Query("version.bind.", RecordType.Txt), TimeSpan.FromMilliseconds(200)) is not null)
                return server;
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }

    private void Keep(string? line)
    {
        if (line is not null && _output.Count < 1_000)
            _output.Enqueue(line);
    }
}
