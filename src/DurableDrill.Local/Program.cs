using DurableDrill.Local.Cli;

return await new CommandLine(
    "Drills a streaming pipeline: injures it on purpose, watches it recover, proves every event and reports.",
    withoutVerb: new AskVerb(),
    new ValidateVerb(),
    new DoctorVerb(),
    new WatchdogVerb()).RunAsync(args);
