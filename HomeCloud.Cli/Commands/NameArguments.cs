using System.CommandLine;
using System.CommandLine.Completions;
using HomeCloud.Cli.Api;

namespace HomeCloud.Cli.Commands;

/// <summary>Arguments and options that complete themselves from what there is.</summary>
internal static class NameArguments
{
    public static Argument<string> OfServer() => Completing("name", "Name of the server", "servers");

    public static Argument<string> OfStaticName() => Completing("name", "The name, without the zone", "names");

    public static Argument<string> OfToken() => Completing("name", "Name of the token", "tokens");

    public static Argument<string[]> OfServers()
    {
        var argument = new Argument<string[]>("name") { Description = "One or more servers", Arity = ArgumentArity.OneOrMore };
        argument.CompletionSources.Add(context => Words(context, ("servers", ["name"])));
        return argument;
    }

    /// <summary>Completes an option's value with texts from lists of the API.</summary>
    public static void CompleteFrom(Option option, params (string Path, string[] Properties)[] lists) =>
        option.CompletionSources.Add(context => Words(context, lists));

    private static Argument<string> Completing(string name, string description, string path)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.CompletionSources.Add(context => Words(context, (path, ["name"])));
        return argument;
    }

    private static IEnumerable<CompletionItem> Words(CompletionContext context, params (string Path, string[] Properties)[] lists)
    {
        using var client = ConnectionOptions.Connect(context.ParseResult);
        return [.. lists.SelectMany(list => client.WordsAsync(list.Path, list.Properties).GetAwaiter().GetResult()).Distinct().Select(word => new CompletionItem(word))];
    }
}
