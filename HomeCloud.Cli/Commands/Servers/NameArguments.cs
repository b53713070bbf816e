using System.CommandLine;
using HomeCloud.Cli.Api;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>Arguments that complete themselves from what there is.</summary>
internal static class NameArguments
{
    public static Argument<string> OfServer() => Completing("name", "Name of the server", "servers");

    public static Argument<string> OfStaticName() => Completing("name", "The name, without the zone", "names");

    public static Argument<string[]> OfServers()
    {
        var argument = new Argument<string[]>("name") { Description = "One or more servers", Arity = ArgumentArity.OneOrMore };
        CompleteFrom(argument, "servers");
        return argument;
    }

    private static Argument<string> Completing(string name, string description, string path)
    {
        var argument = new Argument<string>(name) { Description = description };
        CompleteFrom(argument, path);
        return argument;
    }

    private static void CompleteFrom(Argument argument, string path) => argument.CompletionSources.Add(context =>
    {
        using var client = ConnectionOptions.Connect(context.ParseResult);
        return client.NamesAsync(path).GetAwaiter().GetResult().Select(n => new System.CommandLine.Completions.CompletionItem(n));
    });
}
