using System.CommandLine;
using System.CommandLine.Help;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Options;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// The side of <see cref="ControlSocket"/> that asks: commands for the server that runs with the same data directory, alone or
/// inside the agent. Exit codes: docs/cli.md.
/// </summary>
/// <param name="program">Named in front of problems.</param>
internal sealed class ControlClient(string program)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The server's own way to its data directory: command line, environment, file.
    private static readonly OptionRow<DnsServerOptions> Row = DnsServerOptions.Rows.Single(row => row.Name == "data-dir");

    private readonly CommandLineLayer _layer = new([Row]);
    private readonly Option<string?> _config = new("--config", "-c") { HelpName = "FILE", Description = "The server's JSON file, if it sets the data directory.", Recursive = true };
    private bool _isJson;

    /// <summary>A command that knows where the server is.</summary>
    public Command Command(string name, string description)
    {
        var command = new Command(name, description);
        command.Options.Add(_config);
        foreach (var option in _layer.Options)
        {
            option.Recursive = true;
            command.Options.Add(option);
        }

        return command;
    }

    /// <summary>What a command below it asks.</summary>
    public void Run(Command command, Func<ParseResult, string> request) => command.SetAction((result, cancellation) =>
    {
        var options = new DnsServerOptions();
        var problems = OptionReader.ReadAll([Row], options, o => o.Validate(), _layer.Read(result), result.GetValue(_config), isKnownElsewhere: _ => true);
        return problems.Count > 0
            ? Task.FromResult(Fail(new CommandError(ExitCodes.Usage, string.Join("; ", problems) + ".", $"For the options: {program} {command.Parents.First().Name} --help")))
            : AskAsync(options.Registry.DataDirectory, request(result), cancellation);
    });

    /// <param name="command">Of <see cref="Command"/>.</param>
    /// <param name="args">Command line, its name included.</param>
    public async Task<int> RunAsync(Command command, string[] args)
    {
        _isJson = args.Contains("--json");

        // A root, so that usage and --help call the program by its name.
        var root = new RootCommand { command };
        var parsed = root.Parse(args);
        return parsed.Action is not HelpAction && CommandLineProblems.First(parsed, args, program) is { } problem ? Fail(problem) : await parsed.InvokeAsync();
    }

    private async Task<int> AskAsync(string dataDirectory, string request, CancellationToken cancellationToken)
    {
        var path = ControlSocket.PathIn(dataDirectory);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request + "\n"), limit.Token);
            using var reader = new StreamReader(new NetworkStream(socket));
            if (await reader.ReadLineAsync(limit.Token) is var first and not "ok")
                return Fail(new CommandError(ExitCodes.Failure, first?.Replace("error: ", "", StringComparison.Ordinal) ?? "the server closed the connection."));
            while (await reader.ReadLineAsync(limit.Token) is { } line)
                Console.WriteLine(line);
            return 0;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AccessDenied)
        {
            return Fail(new CommandError(ExitCodes.Refused, $"{path} is accessible to root and the server's own user only.", "Use sudo."));
        }
        catch (Exception error) when (error is SocketException or IOException or ArgumentException)
        {
            return Fail(new CommandError(ExitCodes.Away, $"no DNS server answers at {path} ({error.Message}).", "Check that it runs, and that this is its --data-dir."));
        }
        catch (OperationCanceledException)
        {
            return Fail(new CommandError(ExitCodes.Away, $"{path}: the server did not answer in time.", "Try again."));
        }
    }

    private int Fail(CommandError problem)
    {
        if (_isJson)
            Console.WriteLine(problem.ToJson());
        else
            Console.Error.WriteLine(problem.ToText(program));
        return problem.ExitCode;
    }
}
