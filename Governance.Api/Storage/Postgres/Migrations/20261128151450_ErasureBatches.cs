using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ErasureBatches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "AcceptedPeople",
                schema: "governance_state",
                table: "subject_requests",
                type: "integer",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<Guid>(
                name: "BatchId",
                schema: "governance_state",
                table: "subject_requests",
                type: "uuid",
                nullable: true
            );

            migrationBuilder.AddColumn<bool>(
                name: "IsHeld",
                schema: "governance_state",
                table: "subject_requests",
                type: "boolean",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<Guid>(
                name: "NextBatchId",
                schema: "governance_state",
                table: "subject_requests",
                type: "uuid",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "Waivers",
                schema: "governance_state",
                table: "subject_requests",
                type: "text",
                nullable: false,
                defaultValueSql: "'[]'"
            );

            migrationBuilder.AddColumn<long>(
                name: "BatchMatched",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "BeganAt",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "Counted",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "CountedEarlier",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "EstimatedBytes",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "HeldUntil",
                schema: "governance_state",
                table: "subject_request_items",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "WaivedBy",
                schema: "governance_state",
                table: "subject_request_items",
                type: "text",
                nullable: true,
                collation: "C"
            );

            migrationBuilder.CreateTable(
                name: "legal_holds",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Datasets = table.Column<List<string>>(type: "text[]", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Until = table.Column<long>(type: "bigint", nullable: true),
                    PlacedAt = table.Column<long>(type: "bigint", nullable: false),
                    PlacedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TooLateFor = table.Column<List<string>>(type: "text[]", nullable: false),
                    ReleasedAt = table.Column<long>(type: "bigint", nullable: true),
                    ReleasedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReleaseReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_legal_holds", x => x.Id);
                    table.ForeignKey(
                        name: "FK_legal_holds_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_hold_keys",
                schema: "governance_state",
                columns: table => new
                {
                    HoldId = table.Column<Guid>(type: "uuid", nullable: false),
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Index = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_legal_hold_keys",
                        x => new
                        {
                            x.HoldId,
                            x.Domain,
                            x.Index,
                        }
                    );
                    table.ForeignKey(
                        name: "FK_legal_hold_keys_legal_holds_HoldId",
                        column: x => x.HoldId,
                        principalSchema: "governance_state",
                        principalTable: "legal_holds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_requests_BatchId",
                schema: "governance_state",
                table: "subject_requests",
                column: "BatchId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_legal_holds_ReleasedAt",
                schema: "governance_state",
                table: "legal_holds",
                column: "ReleasedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_legal_holds_RequestId",
                schema: "governance_state",
                table: "legal_holds",
                column: "RequestId"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "legal_hold_keys", schema: "governance_state");

            migrationBuilder.DropTable(name: "legal_holds", schema: "governance_state");

            migrationBuilder.DropIndex(
                name: "IX_subject_requests_BatchId",
                schema: "governance_state",
                table: "subject_requests"
            );

            migrationBuilder.DropColumn(name: "AcceptedPeople", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchId", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "IsHeld", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "NextBatchId", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "Waivers", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(
                name: "BatchMatched",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(name: "BeganAt", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Counted", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(
                name: "CountedEarlier",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(
                name: "EstimatedBytes",
                schema: "governance_state",
                table: "subject_request_items"
            );

            migrationBuilder.DropColumn(name: "HeldUntil", schema: "governance_state", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "WaivedBy", schema: "governance_state", table: "subject_request_items");
        }
    }
}
